import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GraftError } from '../../contract/errors.ts'
import type { Db } from './database.ts'
import { sqlitePath } from './sqlite-path.ts'

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url))

interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** The SQL files of a folder, in order. Line ends do not count for the checksum: a checkout may change them. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
      return { id: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** Brings the schema to the newest version. A store that a newer Graft wrote is left alone (E_STORE_NEWER); before an existing
 *  one is changed, a copy goes to `backups`. Answers the backup's path, if one was made. */
export function migrate(db: Db, backups: string, now: Date, folder = MIGRATIONS_FOLDER): string | null {
  const known = readMigrations(folder)
  const applied = appliedMigrations(db)
  for (const row of applied) {
    const match = known.find((migration) => migration.id === row.id)
    if (match?.checksum !== row.checksum) refuse(row.name, known.at(-1)?.name ?? 'none')
  }
  const pending = known.slice(applied.length)
  if (pending.length === 0) return null
  const backup = applied.length > 0 ? backUp(db, backups, applied.at(-1)?.id ?? 0, now) : null
  for (const migration of pending) apply(db, migration, now)
  return backup
}

function appliedMigrations(db: Db): { id: number; name: string; checksum: string }[] {
  const table = db.get("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")
  if (table === undefined) return []
  return db.all('SELECT id, name, checksum FROM schema_migrations ORDER BY id')
}

function apply(db: Db, migration: Migration, now: Date): void {
  db.transaction(() => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations ' +
        '(id INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
    )
    db.exec(migration.sql)
    db.run(
      'INSERT INTO schema_migrations (id, name, checksum, applied_at) VALUES (?, ?, ?, ?)',
      migration.id,
      migration.name,
      migration.checksum,
      now.toISOString(),
    )
  })
}

function backUp(db: Db, backups: string, schema: number, now: Date): string {
  mkdirSync(backups, { recursive: true })
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-')
  const path = join(backups, `graft-schema${schema}-${stamp}.sqlite`)
  db.run('VACUUM INTO ?', sqlitePath(path))
  return path
}

function refuse(found: string, newest: string): never {
  throw new GraftError(
    'E_STORE_NEWER',
    `Expected a workspace of this version of Graft or an older one (newest schema: ${newest}). Received: schema ${found}. Nothing was changed.`,
    { fix: 'Open the workspace with the newer Graft that wrote it, or open another workspace.' },
  )
}
