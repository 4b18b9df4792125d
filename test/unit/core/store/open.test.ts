import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import { openDatabase } from '../../../../src-main/core/store/database.ts'
import { LOCK_FILE, readHolder } from '../../../../src-main/core/store/lock.ts'
import { openStore, type Store, STORE_FILE, type StoreOptions } from '../../../../src-main/core/store/open.ts'

const NOW = new Date('2026-05-06T07:08:09.123Z')

let folder: string
let migrations: string
let stores: Store[] = []
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'graft-open-store-'))
  folder = join(root, 'ws')
  migrations = join(root, 'migrations')
  mkdirSync(folder)
  mkdirSync(migrations)
  // One small table: what is opened is what counts here.
  writeFileSync(join(migrations, '0001_first.sql'), 'CREATE TABLE rows (x INTEGER PRIMARY KEY, y TEXT) STRICT;')
})
afterEach(() => {
  for (const store of stores) store.close()
  stores = []
  rmSync(join(folder, '..'), { recursive: true })
})

function open(more: Partial<StoreOptions> = {}): Store {
  const store = openStore(folder, { kind: 'test', now: NOW, migrations, ...more })
  stores.push(store)
  return store
}

function refusal(more: Partial<StoreOptions> = {}): GraftError {
  try {
    open(more)
  } catch (error) {
    if (error instanceof GraftError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** A workspace of many pages, closed again; one page deep inside is torn. */
function tear(): Buffer {
  const store = open()
  for (let i = 0; i < 100; i++) store.db.run('INSERT INTO rows (y) VALUES (?)', 'x'.repeat(1000))
  store.close()
  const bytes = readFileSync(join(folder, STORE_FILE))
  bytes.fill(0xff, 3 * 8192, 4 * 8192)
  writeFileSync(join(folder, STORE_FILE), bytes)
  return bytes
}

describe('a workspace', () => {
  it('is held while it is open, with no file left behind but the records', () => {
    const store = open({ kind: 'cli' })
    expect(readHolder(folder)).toMatchObject({ pid: process.pid, kind: 'cli', since: NOW.toISOString() })
    expect([store.backup, store.db.isOpen()]).toEqual([null, true])
    store.close()
    expect(store.db.isOpen()).toBe(false)
    expect(readdirSync(folder)).toEqual([STORE_FILE])
  })

  it('that is held is refused with who holds it', () => {
    open({ kind: 'first' })
    expect(refusal()).toMatchObject({
      code: 'E_WORKSPACE_HELD',
      details: { folder, holder: { pid: process.pid, kind: 'first' } },
    })
    expect(readHolder(folder)?.kind).toBe('first')
  })

  it('that another program holds is refused, too', () => {
    const other = openDatabase(join(folder, STORE_FILE))
    expect(refusal().message).toContain('held by another program')
    other.close()
    expect(open().db.isOpen()).toBe(true)
  })

  it('on another computer is refused before anything is touched', () => {
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify({ pid: 1, host: 'elsewhere' }))
    expect(refusal().message).toContain('on elsewhere')
    expect(readdirSync(folder)).toEqual([LOCK_FILE])
  })

  it('gets the newest schema, with a backup of the older one', () => {
    open().close()
    writeFileSync(join(migrations, '0002_second.sql'), 'CREATE TABLE more (x INTEGER) STRICT;')
    const { backup } = open()
    expect(backup).toBe(join(folder, 'backups', 'graft-schema1-2026-05-06T07-08-09-123Z.sqlite'))
    expect(existsSync(backup!)).toBe(true)
  })

  it('of a newer Graft is refused, and free again', () => {
    writeFileSync(join(migrations, '0002_second.sql'), 'CREATE TABLE more (x INTEGER) STRICT;')
    open().close()
    rmSync(join(migrations, '0002_second.sql'))
    expect(refusal().code).toBe('E_STORE_NEWER')
    openDatabase(join(folder, STORE_FILE)).close()
    expect(readdirSync(folder)).toEqual([STORE_FILE])
  })

  it('has the schema of this Graft, unless it is told another', () => {
    const store = openStore(folder, { kind: 'test', now: NOW })
    stores.push(store)
    expect(store.db.get("SELECT name FROM sqlite_schema WHERE name = 'runs'")).toEqual({ name: 'runs' })
  })
})

describe('a folder', () => {
  it('that is none cannot hold records', () => {
    rmSync(folder, { recursive: true })
    mkdirSync(join(folder, STORE_FILE), { recursive: true })
    const error = refusal()
    expect(error).toMatchObject({
      code: 'E_WORKSPACE_PATH',
      message: `Expected a folder that can be written to. Received: ${folder}.`,
      fix: 'Choose another folder, or change its permissions.',
    })
    expect(error.cause).toBeInstanceOf(Error)
  })
})

describe('damaged records', () => {
  it('are refused, kept as they are, and copied aside', () => {
    const bytes = tear()
    const error = refusal()
    const kept = join(folder, 'backups', 'damaged-2026-05-06T07-08-09-123Z.sqlite')
    expect(error).toMatchObject({ code: 'E_STORE_CORRUPT', details: { kept, backup: null } })
    expect(error.message).toContain(`Received a damaged file (`)
    expect(error.message).not.toContain('(no answer)')
    expect(error.message).toContain(`A copy was kept at ${kept}.`)
    expect(error.fix).toContain(`There is no earlier backup in ${join(folder, 'backups')}.`)
    expect([readFileSync(kept).equals(bytes), readFileSync(join(folder, STORE_FILE)).equals(bytes)]).toEqual([
      true,
      true,
    ])
    expect(existsSync(join(folder, LOCK_FILE))).toBe(false)
  })

  it('are not looked for where they were looked through just now', () => {
    tear()
    expect(open({ isWhole: true }).db.isOpen()).toBe(true)
  })

  it('can be no database at all', () => {
    writeFileSync(join(folder, STORE_FILE), 'not a database, but long enough to be read as one. '.repeat(200))
    expect(refusal()).toMatchObject({ code: 'E_STORE_CORRUPT' })
    expect(readdirSync(join(folder, 'backups'))).toEqual(['damaged-2026-05-06T07-08-09-123Z.sqlite'])
  })

  it('are answered with the newest backup by its time, whatever its schema', () => {
    tear()
    mkdirSync(join(folder, 'backups'))
    const names = [
      'graft-schema9-2026-02-01.sqlite',
      'graft-schema10-2026-01-01.sqlite',
      'graft-schema8-2026-03-01.sqlite',
      'graft-schema8-2026-04-01.sqlite-journal',
      'my-graft-schema8-2026-04-01.sqlite',
    ]
    for (const name of names) writeFileSync(join(folder, 'backups', name), '')
    const backup = join(folder, 'backups', 'graft-schema8-2026-03-01.sqlite')
    expect(refusal()).toMatchObject({
      details: { backup },
      fix: `Replace graft.sqlite by the newest backup: ${backup}.`,
    })
  })
})
