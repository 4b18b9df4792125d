import { isAbsolute, join, relative, sep } from 'node:path'

/** The folders of a workspace. */
export interface Paths {
  readonly root: string
  readonly cache: string
  readonly exports: string
  /** Imported models, a folder each. */
  readonly models: string
  /** Working folders of analyses under way. */
  readonly analyses: string
  /** What was measured of the precisions of frozen parts, a file each. */
  readonly precision: string
  /** What is being written outside of the other folders, a record each. */
  readonly unfinished: string
  dataset(id: string): string
  run(id: string): string
  /** What is stored: relative (with `/`) inside the workspace, so that the folder can move; absolute outside. */
  toStored(path: string): string
  fromStored(path: string): string
}

/** Ids come from the records of a workspace that somebody else may have made: one that climbs out of its folder is never followed. */
function oneName(id: string): string {
  if (/^[\w-]+$/.test(id)) return id
  throw new Error(`an id must be a plain name, not ${JSON.stringify(id.slice(0, 100))}`)
}

export function workspacePaths(root: string): Paths {
  return {
    root,
    cache: join(root, 'cache'),
    exports: join(root, 'exports'),
    models: join(root, 'models'),
    analyses: join(root, 'cache', 'analyses'),
    precision: join(root, 'precision'),
    unfinished: join(root, 'unfinished'),
    dataset: (id) => join(root, 'datasets', oneName(id)),
    run: (id) => join(root, 'runs', oneName(id)),
    toStored(path) {
      const inside = relative(root, path)
      const isInside = inside !== '' && !isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`)
      return isInside ? inside.split(sep).join('/') : path
    },
    fromStored: (path) => (isAbsolute(path) ? path : join(root, path)),
  }
}
