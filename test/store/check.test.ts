import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStoreWhole } from '../../src-main/core/store/check-store.ts'
import { openStore, STORE_FILE } from '../../src-main/core/store/open.ts'
import { holdUp } from '../support/hold-up.ts'
import { insertTestRun } from '../support/store-rows.ts'
import { testWorkbench } from '../support/test-workbench.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function fill(root: string, blobs = 0): void {
  const { db, close } = openStore(root, { kind: 'test', now: new Date() })
  for (let i = 0; i < 200; i++) insertTestRun(db, `run ${i}`, { notes: 'x'.repeat(200) })
  db.exec('CREATE TABLE many (x INTEGER PRIMARY KEY, y TEXT NOT NULL) STRICT')
  db.exec(
    `INSERT INTO many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${blobs})
     SELECT i, hex(randomblob(20)) FROM n WHERE i <= ${blobs}`,
  )
  close()
}

function damage(root: string): void {
  const path = join(root, STORE_FILE)
  const bytes = readFileSync(path)
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 20_000), Buffer.alloc(8192, 0xff), bytes.subarray(28_192)]))
}

describe('the check of the records before they are opened', () => {
  it('finds whole ones whole, and leaves them free and without a file beside them', async () => {
    fill(folder)
    expect(await isStoreWhole(folder, STORE_FILE)).toBe(true)
    openStore(folder, { kind: 'test', now: new Date(), isWhole: true }).close()
  })

  it('finds a torn page', async () => {
    fill(folder)
    damage(folder)
    expect(await isStoreWhole(folder, STORE_FILE)).toBe(false)
  })

  it('calls nothing whole that it could not read: held elsewhere, no database, not there', async () => {
    expect(await isStoreWhole(folder, STORE_FILE)).toBe(false)
    const holder = openStore(folder, { kind: 'test', now: new Date() })
    expect(await isStoreWhole(folder, STORE_FILE)).toBe(false)
    holder.close()
    writeFileSync(join(folder, STORE_FILE), 'not a database, but long enough to be read as one'.repeat(20))
    expect(await isStoreWhole(folder, STORE_FILE)).toBe(false)
  })

  it('does not hold up the process', async () => {
    fill(folder, 400_000)
    const inThread = await holdUp(() => isStoreWhole(folder, STORE_FILE))
    const here = await holdUp(() => openStore(folder, { kind: 'test', now: new Date() }).close())
    expect(inThread.value).toBe(true)
    expect(inThread.busy).toBeLessThan(here.busy / 2)
  })

  it('is made when a workspace is opened: a damaged one is refused', async () => {
    const test = testWorkbench({ folder })
    const source = join(folder, 'ws')
    await test.call('workspace.open', { source, create: true })
    await test.call('workspace.close', {})
    fill(source)
    damage(source)
    const reply = await test.raw('workspace.open', { source })
    expect(reply).toMatchObject({ ok: false, error: { code: 'E_STORE_CORRUPT' } })
    await test.close()
  })
})
