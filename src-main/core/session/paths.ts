import path, { type PlatformPath } from 'node:path'
import { isBelow, isSamePath } from '../../base/disk/is-below.ts'

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

/** As Windows stores what lies outside of a workspace: by drive or by share. */
const OF_WINDOWS = /^([A-Za-z]:\\|\\\\)/

/** `paths`: of the system that the workspace is opened on. One that was made on another finds what is inside, and says of what lies outside
 *  where it lay there. */
export function workspacePaths(root: string, paths: PlatformPath = path): Paths {
  const { isAbsolute, join, relative, sep } = paths
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
    toStored(given) {
      const isInside = isBelow(root, given, paths) && !isSamePath(root, given, paths)
      return isInside ? relative(root, given).split(sep).join('/') : given
    },
    fromStored: (stored) => (isAbsolute(stored) || OF_WINDOWS.test(stored) ? stored : join(root, stored)),
  }
}
