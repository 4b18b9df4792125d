#!/bin/sh
# postrm of the .deb: takes back what after-install.sh made. Settings and workspaces belong to the user and stay.
set -e

name='${executable}'
app='/opt/${sanitizedProductName}'
link="/usr/bin/$name"
profile="/etc/apparmor.d/$name"

# After an upgrade the new version makes all of it anew.
case "$1" in remove | purge | abort-install | disappear) ;; *) exit 0 ;; esac

if [ "$(readlink "$link")" = "$app/$name" ]; then
  rm -f "$link"
fi

if [ -f "$profile" ]; then
  if apparmor_status --enabled >/dev/null 2>&1 && ! { command -v ischroot >/dev/null && ischroot; }; then
    apparmor_parser --remove "$profile" || true
  fi
  rm -f "$profile"
fi
# AppArmor keeps compiled profiles, in one folder for each set of kernel features.
rm -f "/var/cache/apparmor"/*/"$name"
