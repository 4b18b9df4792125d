import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What src-main/{trainer,data,learning,contract} import from packages; a test holds it against the built trainer. */
export const TRAINER_IMPORTS = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node',
  'csv-parse',
  'fflate',
  'flatbuffers',
  'h5wasm',
  'sharp',
  'umap-js',
  'zod',
]

/** What the programs beside an export import, when Graft runs them to prove it. */
const PROGRAM_IMPORTS = ['@litertjs/core']

/** The packages that the trainer loads, with all that they load: names of folders in node_modules, from package-lock.json. */
export function trainerPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set()
  const visit = (path) => {
    if (found.has(path)) return
    found.add(path)
    const { dependencies, optionalDependencies } = packages[path]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = resolvePackage(packages, path, name)
      if (place !== undefined) visit(place)
    }
  }
  for (const name of [...TRAINER_IMPORTS, ...PROGRAM_IMPORTS]) visit(`node_modules/${name}`)
  return [...new Set([...found].map((path) => topName(path)))].sort()
}

/** As Node looks: in the package's own node_modules, then in those around it. */
function resolvePackage(packages, from, name) {
  const folders = from.split('/node_modules/')
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const path = [...folders.slice(0, depth), name].join('/node_modules/')
    const known = depth === 0 ? `node_modules/${name}` : path
    if (packages[known] !== undefined) return known
  }
  return undefined
}

function topName(path) {
  const [scope, name] = path.slice('node_modules/'.length).split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}
