/**
 * Clang with the headers and libraries of every system, as Zig's package on the Python index brings it: a compiler that pip
 * can install. `target` is what it makes: the oldest processor and C library that TensorFlow's wheel runs on, too. docs/adr/0027
 */
export const ZIG_VERSION = '0.17.1'

const zig = {
  what: 'a C++ compiler',
  requirement: `ziglang==${ZIG_VERSION}`,
  withoutIt: 'install a C++ compiler',
  program: 'zig',
}

export const compilers = {
  'linux-x64': {
    ...zig,
    tag: 'manylinux_2_12_x86_64',
    file: 'ziglang-0.17.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
    sha256: 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
    sizeBytes: 101_083_562,
    target: 'x86_64-linux-gnu.2.28',
  },
  'linux-arm64': {
    ...zig,
    tag: 'manylinux_2_17_aarch64',
    file: 'ziglang-0.17.1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
    sha256: 'b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e',
    sizeBytes: 98_063_064,
    target: 'aarch64-linux-gnu.2.28',
  },
  'win32-x64': {
    ...zig,
    tag: 'win_amd64',
    file: 'ziglang-0.17.1-py3-none-win_amd64.whl',
    sha256: '69c3dfc3aff6a297ec4017aa904782c0e450eb988982d7f675d83edce27526fb',
    sizeBytes: 101_924_940,
    program: 'zig.exe',
    target: 'x86_64-windows-gnu',
  },
}

/** Everything but what only other systems, its documentation and its checks of threads need: two thirds of its files. */
export function compilerTarget(entry) {
  const [, path] = /^ziglang\/(.+)$/.exec(entry) ?? []
  if (
    !path ||
    /^__|^lib\/(docs|libtsan)\/|^lib\/libc\/(include\/[^/]*(freebsd|netbsd|openbsd)|(free|net|open)bsd\/|wasi\/)/.test(
      path,
    )
  )
    return undefined
  return path
}
