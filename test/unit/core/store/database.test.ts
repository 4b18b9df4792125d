import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Db, openDatabase, sqliteCode } from '../../../../src-main/core/store/database.ts'

let folder: string
let db: Db
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-database-'))
  db = openDatabase(join(folder, 'records.sqlite'))
  db.exec('CREATE TABLE parent (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT')
  db.exec('CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (key)) STRICT')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const names = (): string[] => db.all<{ name: string }>('SELECT name FROM parent ORDER BY key').map((row) => row.name)
const add = (name: string): number => db.insert('INSERT INTO parent (name) VALUES (?)', name)

function codeOf(work: () => unknown): string | null {
  try {
    work()
  } catch (error) {
    return sqliteCode(error)
  }
  throw new Error('it did not fail')
}

describe('a database', () => {
  it('answers with what a statement did: changed rows, the new row, one row, all rows', () => {
    expect([add('a'), add('b'), add('c')]).toEqual([1, 2, 3])
    expect(db.run("UPDATE parent SET name = name || '!' WHERE key > ?", 1)).toBe(2)
    expect(db.run('DELETE FROM parent WHERE key = ?', 9)).toBe(0)
    expect(db.get('SELECT key, name FROM parent WHERE key = ?', 2)).toEqual({ key: 2, name: 'b!' })
    expect(db.get('SELECT key FROM parent WHERE key = ?', 9)).toBeUndefined()
    expect(db.all('SELECT key FROM parent ORDER BY key DESC')).toEqual([{ key: 3 }, { key: 2 }, { key: 1 }])
  })

  it('gives the same statement as objects and as arrays', () => {
    add('a')
    const sql = 'SELECT key, name FROM parent'
    for (const _turn of [1, 2]) {
      expect(db.rows(sql)).toEqual([[1, 'a']])
      expect(db.all(sql)).toEqual([{ key: 1, name: 'a' }])
    }
  })

  it('prepares a statement once', () => {
    const sql = 'SELECT name FROM parent'
    db.all(sql)
    db.rows(sql)
    db.exec('ALTER TABLE parent RENAME COLUMN name TO title')
    expect(() => db.all('SELECT name FROM parent')).toThrow('no such column')
    db.exec('ALTER TABLE parent RENAME COLUMN title TO name')
    expect([db.all(sql), db.rows(sql)]).toEqual([[], []])
  })

  it('keeps what a transaction did, or takes all of it back when it throws', () => {
    expect(db.transaction(() => add('kept'))).toBe(1)
    expect(() =>
      db.transaction(() => {
        add('lost')
        db.transaction(() => add('lost, too'))
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(names()).toEqual(['kept'])
  })

  it('takes back the inner transaction alone where the outer one goes on', () => {
    db.transaction(() => {
      add('outer')
      expect(() =>
        db.transaction(() => {
          add('inner')
          throw new Error('stop')
        }),
      ).toThrow('stop')
    })
    expect(names()).toEqual(['outer'])
  })

  it('refuses rows that refer to nothing', () => {
    expect(codeOf(() => db.run('INSERT INTO child (parent) VALUES (7)'))).toBe('SQLITE_CONSTRAINT_FOREIGNKEY')
  })

  it('has pages of 8 KiB, and a log beside it while it is open', () => {
    expect(db.get('PRAGMA page_size')).toEqual({ page_size: 8192 })
    expect(db.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' })
  })

  it('says whether it is open', () => {
    expect(db.isOpen()).toBe(true)
    db.close()
    expect(db.isOpen()).toBe(false)
  })

  it('is for whoever opened it first, until it is closed', () => {
    const path = join(folder, 'records.sqlite')
    expect(codeOf(() => openDatabase(path))).toBe('SQLITE_BUSY')
    db.close()
    // Also without a statement of its own.
    const next = openDatabase(path)
    expect(codeOf(() => openDatabase(path))).toBe('SQLITE_BUSY')
    next.close()
    openDatabase(path).close()
  })

  it.runIf(process.platform === 'linux')('leaves no file open that it could not open as one', () => {
    const path = join(folder, 'other')
    writeFileSync(path, 'text, and enough of it to be looked at as a page. '.repeat(100))
    expect(codeOf(() => openDatabase(path))).toBe('SQLITE_NOTADB')
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return []
      }
    })
    expect(open).not.toContain(path)
  })

  it('is not made of another file', () => {
    const path = join(folder, 'other')
    writeFileSync(path, 'text, and enough of it to be looked at as a page. '.repeat(100))
    expect(codeOf(() => openDatabase(path))).toBe('SQLITE_NOTADB')
  })

  it('has codes for its own errors alone', () => {
    expect(sqliteCode(Object.assign(new Error('no'), { code: 'ENOENT' }))).toBeNull()
    add('a')
    expect(codeOf(() => add('a'))).toBe('SQLITE_CONSTRAINT_UNIQUE')
  })
})
