import { posix } from 'node:path'

/**
 * Which folders a folder may import, beside itself. The linter (eslint.config.js) and test/arch/imports.test.ts read this table, and
 * docs/architecture.md shows it.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const LAYERS = {
  'src-main/contract': [],
  'src-main/base': ['src-main/contract'],
  'src-main/data': ['src-main/contract', 'src-main/base'],
  'src-main/learning': ['src-main/contract', 'src-main/base'],
  'src-main/core': ['src-main/contract', 'src-main/base', 'src-main/data', 'src-main/learning/catalog.ts'],
  'src-main/trainer': ['src-main/contract', 'src-main/base', 'src-main/data', 'src-main/learning'],
  'src-main/hosts/shared': ['src-main/contract', 'src-main/base', 'src-main/core'],
  'src-main/hosts/electron': ['src-main/contract', 'src-main/base', 'src-main/core', 'src-main/hosts/shared'],
  'src-main/hosts/http': ['src-main/contract', 'src-main/base', 'src-main/core', 'src-main/hosts/shared'],
  'src-main/hosts/cli': [
    'src-main/contract',
    'src-main/base',
    'src-main/core',
    'src-main/hosts/shared',
    'src-main/learning/catalog.ts',
  ],
  'src-renderer': ['src-main/contract'],
}

/**
 * Packages that only these folders and files may load; types may be named anywhere.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const PACKAGES = {
  electron: ['src-main/hosts/electron'],
  '@tensorflow/tfjs-node': ['src-main/trainer/tf.ts'],
  'better-sqlite3': ['src-main/core/store'],
  sharp: ['src-main/data', 'src-main/trainer'],
  fastify: ['src-main/hosts/http'],
  vue: ['src-renderer'],
  zod: ['src-main'],
}

/** @param {string} path @param {string} folder */
const isIn = (path, folder) => path === folder || path.startsWith(`${folder}/`)

/** The layer that a file belongs to. Paths are relative to the checkout, with `/`. @param {string} path */
export function layerOf(path) {
  return Object.keys(LAYERS)
    .filter((layer) => isIn(path, layer))
    .sort((a, b) => b.length - a.length)[0]
}

/** The file that an import names; null: a package. @param {string} from @param {string} specifier */
export function importedFile(from, specifier) {
  if (specifier.startsWith('@contract/')) return `src-main/contract/${specifier.slice(10)}`
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : null
}

/** What an import of this file breaks, in words; null: nothing. @param {string} from @param {string} specifier @param {boolean} isType */
export function brokenLayer(from, specifier, isType) {
  const to = importedFile(from, specifier)
  const layer = layerOf(from)
  if (to === null) {
    const owners = PACKAGES[specifier]
    if (isType || owners === undefined || layer === undefined || owners.some((owner) => isIn(from, owner))) return null
    return `${specifier} is loaded in ${owners.join(', ')} only`
  }
  if (layer === undefined || isIn(to, layer) || LAYERS[layer]?.some((allowed) => isIn(to, allowed))) return null
  return `${layer} imports only ${LAYERS[layer]?.join(', ') || 'packages'}`
}
