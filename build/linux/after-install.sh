#!/bin/sh
# postinst of the .deb: what a package cannot carry as files. electron-builder fills in the words in braces.
set -e

name='${executable}'
app='/opt/${sanitizedProductName}'
link="/usr/bin/$name"
profile="/etc/apparmor.d/$name"

[ "$1" = configure ] || exit 0

# A command of the same name that is somebody else's stays.
if { [ ! -e "$link" ] && [ ! -L "$link" ]; } || [ "$(readlink "$link")" = "$app/$name" ]; then
  ln -sfn "$app/$name" "$link"
else
  echo "$link is another program and was kept: Graft starts from the menu, or as $app/$name" >&2
fi

# Chromium's sandbox where the kernel gives unprivileged users no namespaces. An administrator's own choice wins.
if ! dpkg-statoverride --list "$app/chrome-sandbox" >/dev/null 2>&1; then
  chmod 4755 "$app/chrome-sandbox"
fi

# Ubuntu 24.04 and later give namespaces only to programs with a profile. An AppArmor that does not know the profile's
# words needs none, so its parser is asked first.
if apparmor_status --enabled >/dev/null 2>&1 &&
  apparmor_parser --skip-kernel-load --skip-cache "$app/resources/apparmor-profile" >/dev/null 2>&1; then
  cp "$app/resources/apparmor-profile" "$profile"
  chmod 644 "$profile"
  # In a chroot (an image for other machines) the running kernel is not ours to change.
  if ! { command -v ischroot >/dev/null && ischroot; }; then
    apparmor_parser --replace --skip-cache "$profile" || echo "The AppArmor profile $profile could not be loaded." >&2
  fi
fi
