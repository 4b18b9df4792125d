import type { DatasetCache } from '../store/dataset-cache.ts'
import type { Paths } from './paths.ts'
import type { Db } from '../store/database.ts'

/** What is kept of a workspace: its folders, its records, and its datasets as far as they were read. */
export interface Workspace {
  readonly paths: Paths
  readonly name: string
  readonly db: Db
  readonly datasets: DatasetCache
}
