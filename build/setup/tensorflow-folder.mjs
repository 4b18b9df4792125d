import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Windows' wheel has the C API in the library of its Python bindings, and an import library beside it. */
const WHEEL_DLL = '_pywrap_tensorflow_common.dll'
const HEADER = join('tensorflow', 'c', 'c_api.h')

/**
 * What the addon is linked with: `{ libraries, libraryDir, includeDir }` of a folder that holds TensorFlow's C API.
 * Understands the cache's own layout and the official archive (lib/, include/), and an installed Python package
 * (libraries beside include/). Undefined when something is missing.
 */
export function inspectTensorFlow(folder) {
  const includeDir = join(folder, 'include')
  if (!existsSync(join(includeDir, HEADER))) return undefined
  for (const libraryDir of [join(folder, 'lib'), folder]) {
    const libraries = findLibraries(libraryDir)
    if (libraries) return { folder, includeDir, libraryDir, libraries }
  }
  return undefined
}

function findLibraries(folder) {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  if (names.includes('tensorflow.lib') && names.includes('tensorflow.dll')) return [join(folder, 'tensorflow.lib')]
  const imported = `${WHEEL_DLL}.if.lib`
  if (names.includes(WHEEL_DLL) && names.includes(imported)) return [join(folder, imported)]
  const framework = names.find((name) => /^libtensorflow_framework\.(so\.2|2\.dylib)$/.test(name))
  const api =
    names.find((name) => /^libtensorflow_cc\.(so\.2|2\.dylib)$/.test(name)) ??
    names.find((name) => /^libtensorflow\.(so\.2|2\.dylib)$/.test(name))
  if (!api) return undefined
  return framework ? [join(folder, api), join(folder, framework)] : [join(folder, api)]
}
