/** Sizes that the icon theme of every desktop knows; other folders are not looked into. */
const ICONS = 'build/icons/linux'

/**
 * What electron-builder.config.mjs says about Linux. The names of libraries stand with those of Ubuntu 24.04 and
 * Debian 13, which renamed some (t64).
 * @type {import('electron-builder').Configuration}
 */
export const linuxTargets = {
  // The runtime of 2025 is static; the older one wants libfuse2, which current systems no longer bring.
  toolsets: { appimage: '1.0.3' },
  linux: {
    target: ['AppImage', 'deb'],
    icon: ICONS,
    category: 'Science',
    synopsis: 'Offline desktop workbench for transfer learning',
    description:
      'Freeze, replace and train parts of trained networks on your own images and tables, on this computer alone',
    maintainer: 'Graft maintainers <graft@localhost>',
    executableName: 'graft',
    syncDesktopName: true,
    desktop: { entry: { Keywords: 'machine learning;training;' } },
  },
  deb: {
    packageCategory: 'science',
    afterInstall: 'build/linux/after-install.sh',
    afterRemove: 'build/linux/after-remove.sh',
    // glibc as better-sqlite3's binary asks for it, libstdc++ as Graft's own kernels do: the highest of all that is packaged.
    depends: [
      'libc6 (>= 2.34)',
      'libstdc++6 (>= 12)',
      'libgtk-3-0 | libgtk-3-0t64',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0 | libatspi2.0-0t64',
      'libuuid1',
      'libsecret-1-0',
      'libasound2 | libasound2t64',
      'libgbm1',
    ],
    // Nothing: electron-builder's own recommendation is for tray icons, of which Graft has none.
    recommends: [],
    fpm: ['build/linux/copyright=/usr/share/doc/graft/copyright'],
  },
}
