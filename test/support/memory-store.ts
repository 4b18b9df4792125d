import { type Db, openDatabase } from '../../src-main/core/store/database.ts'
import { migrate } from '../../src-main/core/store/migrate.ts'

/** The records of an empty workspace, in memory: for tests of the store that need no file. */
export function memoryStore(): Db {
  const db = openDatabase(':memory:')
  migrate(db, '', new Date(0))
  return db
}
