import Database from 'better-sqlite3'
import { sqlitePath } from './sqlite-path.ts'

export type SqlValue = string | number | bigint | null | Uint8Array

/** What the store needs of SQLite. Statements are prepared once per text. */
export interface Db {
  /** Runs a statement; answers the number of changed rows. */
  run(sql: string, ...params: SqlValue[]): number
  /** Runs an INSERT; answers the new row id. */
  insert(sql: string, ...params: SqlValue[]): number
  get<T>(sql: string, ...params: SqlValue[]): T | undefined
  all<T>(sql: string, ...params: SqlValue[]): T[]
  /** Rows as arrays: cheaper where there are many. */
  rows<T extends readonly unknown[]>(sql: string, ...params: SqlValue[]): T[]
  exec(sql: string): void
  /** Synchronous and nestable; rolls back when `work` throws. */
  transaction<T>(work: () => T): T
  isOpen(): boolean
  close(): void
}

/** How long to wait for another process that holds the file. Graft keeps the file for itself, so a short wait tells enough. */
const BUSY_MS = 400

/** Opens (or makes) the file and keeps it locked for this process: locking_mode EXCLUSIVE holds the operating system's file
 *  lock until the process ends, however it ends. */
export function openDatabase(file: string): Db {
  const sqlite = new Database(sqlitePath(file), { timeout: BUSY_MS })
  try {
    sqlite.pragma('locking_mode = EXCLUSIVE')
    sqlite.pragma('page_size = 8192')
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = NORMAL')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma('cache_size = -65536')
    sqlite.pragma('temp_store = MEMORY')
    // A write is what takes the lock.
    sqlite.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    sqlite.close()
    throw error
  }
  return wrap(sqlite)
}

function wrap(sqlite: Database.Database): Db {
  const plain = new Map<string, Database.Statement>()
  const raw = new Map<string, Database.Statement>()
  const statement = (sql: string): Database.Statement => cached(plain, sql, () => sqlite.prepare(sql))
  return {
    run: (sql, ...params) => statement(sql).run(...params).changes,
    insert: (sql, ...params) => Number(statement(sql).run(...params).lastInsertRowid),
    get: (sql, ...params) => statement(sql).get(...params) as never,
    all: (sql, ...params) => statement(sql).all(...params) as never,
    rows: (sql, ...params) => cached(raw, sql, () => sqlite.prepare(sql).raw()).all(...params) as never,
    exec: (sql) => void sqlite.exec(sql),
    transaction: (work) => sqlite.transaction(work)(),
    isOpen: () => sqlite.open,
    close: () => void sqlite.close(),
  }
}

function cached<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}

/** Whether an error is SQLite's, and which (`SQLITE_BUSY`, `SQLITE_CORRUPT` ...). */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null
}
