import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import { type Db, openDatabase } from '../../../../src-main/core/store/database.ts'
import { migrate, readMigrations } from '../../../../src-main/core/store/migrate.ts'

const NOW = new Date('2026-05-06T07:08:09.123Z')
const FIRST = 'CREATE TABLE one (x INTEGER) STRICT;\n'
const SECOND = 'CREATE TABLE two (x INTEGER) STRICT;\n'

let root: string
let folder: string
let backups: string
let db: Db
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'graft-migrate-'))
  folder = join(root, 'migrations')
  backups = join(root, 'kept', 'backups')
  mkdirSync(folder)
  write('0001_first.sql', FIRST)
  db = openDatabase(join(root, 'records.sqlite'))
})
afterEach(() => {
  db.close()
  rmSync(root, { recursive: true })
})

const write = (name: string, sql: string): void => writeFileSync(join(folder, name), sql)
const run = (now = NOW): string | null => migrate(db, backups, now, folder)
const tables = (): string[] =>
  db
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations'")
    .map((row) => row.name)

function refusal(): GraftError {
  try {
    run()
  } catch (error) {
    if (error instanceof GraftError) return error
  }
  throw new Error('it was not refused')
}

describe('the migrations of a folder', () => {
  it('are its numbered files, in order', () => {
    write('0010_later.sql', SECOND)
    write('0002_second.sql', SECOND)
    for (const name of ['notes.md', '3_short.sql', '0003.sql', '0003_.sql', 'x0003_a.sql', '0003_a.sql.bak'])
      write(name, 'no sql')
    expect(readMigrations(folder).map(({ id, name }) => [id, name])).toEqual([
      [1, '0001_first.sql'],
      [2, '0002_second.sql'],
      [10, '0010_later.sql'],
    ])
  })

  it('are the same whatever their line ends', () => {
    const checksum = createHash('sha256').update(FIRST).digest('hex')
    expect(readMigrations(folder)).toEqual([{ id: 1, name: '0001_first.sql', sql: FIRST, checksum }])
    write('0001_first.sql', FIRST.replaceAll('\n', '\r\n'))
    expect(readMigrations(folder)).toEqual([{ id: 1, name: '0001_first.sql', sql: FIRST, checksum }])
  })
})

describe('a new store', () => {
  it('gets all of them, written down with the time, and no backup', () => {
    write('0002_second.sql', SECOND)
    expect(run()).toBeNull()
    expect(tables()).toEqual(['one', 'two'])
    expect(db.all('SELECT id, name, applied_at FROM schema_migrations ORDER BY id')).toEqual([
      { id: 1, name: '0001_first.sql', applied_at: '2026-05-06T07:08:09.123Z' },
      { id: 2, name: '0002_second.sql', applied_at: '2026-05-06T07:08:09.123Z' },
    ])
    expect(existsSync(backups)).toBe(false)
  })
})

describe('an older store', () => {
  it('is copied as it is, then gets what it has not', () => {
    run()
    db.run('INSERT INTO one (x) VALUES (5)')
    write('0002_second.sql', SECOND)
    const backup = run()
    expect(backup).toBe(join(backups, 'graft-schema1-2026-05-06T07-08-09-123Z.sqlite'))
    expect(tables()).toEqual(['one', 'two'])
    const copy = openDatabase(backup!)
    expect(copy.all('SELECT x FROM one')).toEqual([{ x: 5 }])
    expect(copy.get("SELECT name FROM sqlite_schema WHERE name = 'two'")).toBeUndefined()
    copy.close()
  })

  it('that is up to date is left alone', () => {
    write('0002_second.sql', SECOND)
    run()
    expect(run(new Date(0))).toBeNull()
    expect(existsSync(backups)).toBe(false)
    expect(db.all('SELECT DISTINCT applied_at FROM schema_migrations')).toEqual([{ applied_at: NOW.toISOString() }])
  })

  it('keeps what it was where a migration fails', () => {
    run()
    write('0002_second.sql', `${SECOND} CREATE TABLE one (x INTEGER) STRICT;`)
    expect(run).toThrow('already exists')
    expect(tables()).toEqual(['one'])
    expect(db.all('SELECT id FROM schema_migrations')).toEqual([{ id: 1 }])
  })
})

describe('a store that this version cannot have written', () => {
  it('is refused when it is newer', () => {
    write('0002_second.sql', SECOND)
    run()
    rmSync(join(folder, '0002_second.sql'))
    expect(refusal()).toMatchObject({
      code: 'E_STORE_NEWER',
      message:
        'Expected a workspace of this version of Graft or an older one (newest schema: 0001_first.sql). Received: schema 0002_second.sql. Nothing was changed.',
      fix: 'Open the workspace with the newer Graft that wrote it, or open another workspace.',
    })
  })

  it('is refused when its history is another one', () => {
    run()
    write('0001_first.sql', SECOND)
    write('0002_second.sql', 'CREATE TABLE three (x INTEGER) STRICT;')
    expect(refusal().code).toBe('E_STORE_NEWER')
    expect(tables()).toEqual(['one'])
    expect(existsSync(backups)).toBe(false)
  })

  it('is refused where there is no migration at all', () => {
    run()
    rmSync(join(folder, '0001_first.sql'))
    expect(refusal().message).toContain('newest schema: none')
  })
})
