import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../src-main/contract/errors.ts'
import { LOCK_FILE, readHolder } from '../../src-main/core/store/lock.ts'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src-main/core/store/migrate.ts'
import { openStore, type Store, STORE_FILE } from '../../src-main/core/store/open.ts'
import { insertTestRun } from '../support/store-rows.ts'

const HOLDER = fileURLToPath(new URL('../support/hold-store.ts', import.meta.url))
const FIXTURES = fileURLToPath(new URL('../fixtures/stores/', import.meta.url))
const NOW = new Date('2026-05-06T07:08:09.123Z')

let folder: string
let store: Store | null = null
let children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-open-'))
})
afterEach(() => {
  store?.close()
  store = null
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(folder, { recursive: true })
})

function open(migrations?: string): Store {
  store = openStore(folder, { kind: 'test', now: NOW, ...(migrations === undefined ? {} : { migrations }) })
  return store
}

function refusal(work: () => unknown): GraftError {
  try {
    work()
  } catch (error) {
    if (error instanceof GraftError) return error
    throw error
  }
  throw new Error('it was not refused')
}

async function holdElsewhere(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

describe('a workspace', () => {
  it('is held by one process; the second is told by whom', async () => {
    const child = await holdElsewhere()
    const error = refusal(open)
    expect(error.code).toBe('E_WORKSPACE_HELD')
    expect(error.message).toContain(`process ${child.pid}`)
    expect(error.message).toContain('holder-kind')
    expect(error.details?.['holder']).toMatchObject({ pid: child.pid, host: hostname() })
  })

  it('is held within one process, too', () => {
    open()
    expect(refusal(() => openStore(folder, { kind: 'test', now: NOW })).code).toBe('E_WORKSPACE_HELD')
  })

  it('is taken over from a killed process, whose lock file lies about', async () => {
    const child = await holdElsewhere()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readHolder(folder)?.pid).toBe(child.pid)
    open()
    expect(readHolder(folder)?.pid).toBe(process.pid)
  })

  it('is refused while another computer holds it', () => {
    const holder = { pid: 1, host: 'elsewhere', kind: 'http', since: NOW.toISOString(), boot: null }
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify(holder))
    const error = refusal(open)
    expect([error.code, error.message.includes('on elsewhere')]).toEqual(['E_WORKSPACE_HELD', true])
    expect(error.fix).toContain(LOCK_FILE)
  })

  it('is free again after closing, with no file left behind but the records', () => {
    open().close()
    store = null
    expect(readdirSync(folder)).toEqual([STORE_FILE])
    open()
  })
})

describe('a damaged file', () => {
  it.each([
    ['no database at all', () => Buffer.from('not a database, but long enough to be read as one'.repeat(20))],
    [
      'a torn page',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 20_000), Buffer.alloc(8192, 0xff), bytes.subarray(28_192)]),
    ],
    ['a cut end', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ])('is refused and kept: %s', (_name, damage) => {
    const first = open()
    for (let i = 0; i < 200; i++) insertTestRun(first.db, `run ${i}`, { notes: 'x'.repeat(200) })
    first.close()
    store = null
    const path = join(folder, STORE_FILE)
    const bytes = damage(readFileSync(path))
    writeFileSync(path, bytes)
    const error = refusal(open)
    expect(error.code).toBe('E_STORE_CORRUPT')
    const kept = String(error.details?.['kept'])
    expect(readFileSync(kept).equals(bytes)).toBe(true)
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('is answered with the newest backup, where there is one', () => {
    open().close()
    store = null
    writeFileSync(join(folder, STORE_FILE), 'damaged '.repeat(1000))
    cpSync(FIXTURES, join(folder, 'backups'), { recursive: true })
    copyFileSync(join(FIXTURES, 'schema-0001.sqlite'), join(folder, 'backups', 'graft-schema1-2026-01-01.sqlite'))
    copyFileSync(join(FIXTURES, 'schema-0001.sqlite'), join(folder, 'backups', 'graft-schema1-2026-02-01.sqlite'))
    const error = refusal(open)
    expect(error.details?.['backup']).toBe(join(folder, 'backups', 'graft-schema1-2026-02-01.sqlite'))
    expect(error.fix).toContain('graft-schema1-2026-02-01.sqlite')
  })
})

describe('an index', () => {
  const planOf = (sql: string): string =>
    open()
      .db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .map((row) => row.detail)
      .join('; ')

  it('answers for the exports of a run', () => {
    expect(planOf('SELECT id FROM exports WHERE run = 1')).toContain('USING INDEX exports_by_run')
  })

  it('gives predictions with the largest loss first without sorting them', () => {
    const plan = planOf(
      "SELECT name FROM predictions WHERE run = 1 AND split = 'test' AND head = 'label' ORDER BY loss DESC, item",
    )
    expect(plan).toContain('predictions_by_loss')
    expect(plan).not.toContain('USE TEMP B-TREE FOR ORDER BY')
  })
})

describe('migrations', () => {
  const past = readMigrations(MIGRATIONS_FOLDER).map((migration) => migration.name.slice(0, 4))

  it.each(past)('bring a store of schema %s to the newest one and keep its rows', (id) => {
    copyFileSync(join(FIXTURES, `schema-${id}.sqlite`), join(folder, STORE_FILE))
    const { db } = open()
    const applied = db.all<{ id: number }>('SELECT id FROM schema_migrations ORDER BY id').map((row) => row.id)
    expect(applied).toEqual(past.map(Number))
    expect(db.get('SELECT id, name FROM runs')).toEqual({ id: 'fixture', name: 'run fixture' })
    expect(db.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
    expect(db.all('PRAGMA foreign_key_check')).toEqual([])
  })

  it('make a backup before they change a store, and only then', () => {
    const first = open()
    insertTestRun(first.db, 'before')
    expect(first.backup).toBeNull()
    first.close()
    const next = nextSchema("ALTER TABLE runs ADD COLUMN extra TEXT NOT NULL DEFAULT 'new';")
    const second = open(next)
    expect(second.db.get('SELECT id, extra FROM runs')).toEqual({ id: 'before', extra: 'new' })
    const backup = second.backup ?? ''
    expect(backup.startsWith(join(folder, 'backups', `graft-schema${past.length}-`))).toBe(true)
    second.close()
    expect(open(next).backup).toBeNull()
    store?.close()
    copyFileSync(backup, join(folder, STORE_FILE))
    expect(open().db.get('SELECT id FROM runs')).toEqual({ id: 'before' })
    rmSync(next, { recursive: true })
  })

  it('happen whole or not at all', () => {
    open().close()
    store = null
    const next = nextSchema('CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE runs (x INTEGER) STRICT;')
    expect(() => open(next)).toThrow(/already exists/)
    const { db } = open()
    expect(db.get("SELECT name FROM sqlite_schema WHERE name = 'half'")).toBeUndefined()
    expect(db.get('SELECT count(*) AS count FROM schema_migrations')).toEqual({ count: past.length })
    rmSync(next, { recursive: true })
  })

  it('refuse a newer store and one with another history, and leave them as they are', () => {
    const next = nextSchema('CREATE TABLE later (x INTEGER) STRICT;')
    open(next).close()
    store = null
    const before = readFileSync(join(folder, STORE_FILE))
    const error = refusal(open)
    expect(error.code).toBe('E_STORE_NEWER')
    expect(error.message).toContain('9999_next.sql')
    expect(readFileSync(join(folder, STORE_FILE)).equals(before)).toBe(true)
    const other = nextSchema('CREATE TABLE otherwise (x INTEGER) STRICT;')
    expect(refusal(() => open(other)).code).toBe('E_STORE_NEWER')
    expect(existsSync(join(folder, LOCK_FILE))).toBe(false)
    rmSync(next, { recursive: true })
    rmSync(other, { recursive: true })
  })

  function nextSchema(sql: string): string {
    const copy = mkdtempSync(join(tmpdir(), 'graft-migrations-'))
    cpSync(MIGRATIONS_FOLDER, copy, { recursive: true })
    writeFileSync(join(copy, '9999_next.sql'), sql)
    return copy
  }
})
