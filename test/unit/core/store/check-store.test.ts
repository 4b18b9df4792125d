import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStoreWhole } from '../../../../src-main/core/store/check-store.ts'
import { openDatabase } from '../../../../src-main/core/store/database.ts'
import { LOCK_FILE } from '../../../../src-main/core/store/lock.ts'

const FILE = 'records.sqlite'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-whole-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function fill(): void {
  const db = openDatabase(join(folder, FILE))
  db.exec('CREATE TABLE many (x INTEGER PRIMARY KEY, y TEXT) STRICT')
  for (let i = 0; i < 50; i++) db.run('INSERT INTO many (y) VALUES (?)', 'x'.repeat(1000))
  db.close()
}

describe('the check of records that are not open', () => {
  it('finds whole ones whole, and leaves no file beside them', async () => {
    fill()
    expect(await isStoreWhole(folder, FILE)).toBe(true)
    expect(readdirSync(folder)).toEqual([FILE])
  })

  it('finds a torn page', async () => {
    fill()
    const bytes = readFileSync(join(folder, FILE))
    bytes.fill(0xff, 3 * 8192, 4 * 8192)
    writeFileSync(join(folder, FILE), bytes)
    expect(await isStoreWhole(folder, FILE)).toBe(false)
  })

  it('calls nothing whole that is not there, or no database', async () => {
    expect(await isStoreWhole(folder, FILE)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, FILE), 'not a database, but long enough to be read as one. '.repeat(200))
    expect(await isStoreWhole(folder, FILE)).toBe(false)
  })

  it('leaves the records of another computer alone', async () => {
    writeFileSync(join(folder, LOCK_FILE), JSON.stringify({ pid: 1, host: 'elsewhere' }))
    await expect(isStoreWhole(folder, FILE)).rejects.toMatchObject({ code: 'E_WORKSPACE_HELD' })
  })
})
