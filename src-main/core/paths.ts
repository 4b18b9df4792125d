import { isAbsolute, join, relative, sep } from 'node:path'

/** The folders of a workspace. */
export interface Paths {
  readonly root: string
  readonly cache: string
  readonly exports: string
  /** Working folders of analyses under way. */
  readonly analyses: string
  dataset(id: string): string
  run(id: string): string
  /** What is stored: relative (with `/`) inside the workspace, so that the folder can move; absolute outside. */
  toStored(path: string): string
  fromStored(path: string): string
}

export function workspacePaths(root: string): Paths {
  return {
    root,
    cache: join(root, 'cache'),
    exports: join(root, 'exports'),
    analyses: join(root, 'cache', 'analyses'),
    dataset: (id) => join(root, 'datasets', id),
    run: (id) => join(root, 'runs', id),
    toStored(path) {
      const inside = relative(root, path)
      const isInside = inside !== '' && !isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`)
      return isInside ? inside.split(sep).join('/') : path
    },
    fromStored: (path) => (isAbsolute(path) ? path : join(root, path)),
  }
}
