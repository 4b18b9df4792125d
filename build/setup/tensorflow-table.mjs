/**
 * Where TensorFlow comes from, per platform: the wheel on the Python package index (its C API libraries and headers are
 * all that is taken from it) and, where one is known by hash, the official C archive.
 */
export const TENSORFLOW_VERSION = '2.21.0'

export const wheels = {
  'linux-x64': {
    requirement: 'tensorflow-cpu==2.21.0',
    tag: 'manylinux_2_27_x86_64',
    file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    sizeBytes: 274_000_871,
  },
  'linux-arm64': {
    requirement: 'tensorflow==2.21.0',
    tag: 'manylinux_2_27_aarch64',
    file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl',
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    sizeBytes: 270_000_000,
  },
  'darwin-arm64': {
    requirement: 'tensorflow==2.21.0',
    tag: 'macosx_12_0_arm64',
    file: 'tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl',
    sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
    sizeBytes: 260_000_000,
  },
  'win32-x64': {
    requirement: 'tensorflow-cpu==2.21.0',
    tag: 'win_amd64',
    file: 'tensorflow_cpu-2.21.0-cp312-cp312-win_amd64.whl',
    sha256: '13ed4af80e5c5ddd6849323abecb4804eb2770f7570b57fe20208ad1e58c5d12',
    sizeBytes: 350_945_555,
    unpacked: '1.1 GB on disk',
    // What TensorFlow is linked with and a fresh Windows does not have.
    with: {
      what: 'Microsoft’s C++ runtime',
      requirement: 'msvc-runtime==14.51.36231',
      tag: 'win_amd64',
      file: 'msvc_runtime-14.51.36231-cp312-cp312-win_amd64.whl',
      sha256: '89f70d1a37bb64164cdb09d02dd82d6b1400e1310be2995b4ed5a9f23efe2222',
      sizeBytes: 2_052_033,
    },
  },
}

/** The official archive answers 403 at the time of writing; it is asked once, with a short limit. */
export const archives = {
  'linux-x64': {
    version: '2.15.0',
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.15.0.tar.gz',
    sha256: 'f0fd1eb5db9e4e0603f10aec289574d1decb54f73b675f0ce476fea1f05838c8',
  },
}

/** What is kept of a wheel (and of the one that goes with it), and where it goes. Returns undefined for everything else. */
export function wheelTarget(entry) {
  const dll = /^tensorflow\/python\/(_pywrap_tensorflow_common\.dll(?:\.if\.lib)?)$/.exec(entry)
  if (dll) return `lib/${dll[1]}`
  const runtime = /\.data\/data\/Scripts\/((?:msvcp140|vcruntime140|vcruntime140_1)\.dll)$/.exec(entry)
  if (runtime) return `lib/${runtime[1]}`
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/.exec(entry)
  if (library) return `lib/${library[1]}`
  if (entry === 'tensorflow/THIRD_PARTY_NOTICES.txt') return 'THIRD_PARTY_NOTICES.txt'
  if (entry === 'tensorflow/include/LICENSE') return 'LICENSE'
  const header =
    /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h)$/
  return header.exec(entry)?.[1]
}
