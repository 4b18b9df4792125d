import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

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
  const framework = names.find((name) => /^libtensorflow_framework\.(so\.2|2\.dylib)$/.test(name))
  const api =
    names.find((name) => /^libtensorflow_cc\.(so\.2|2\.dylib)$/.test(name)) ??
    names.find((name) => /^libtensorflow\.(so\.2|2\.dylib)$/.test(name))
  if (!api) return undefined
  return framework ? [join(folder, api), join(folder, framework)] : [join(folder, api)]
}
