import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore, type Store, STORE_FILE } from '../../src-main/core/store/open.ts'
import { insertDetails, readDetails } from '../../src-main/core/store/run-details-repo.ts'
import { deleteRun, findRun } from '../../src-main/core/store/runs-repo.ts'
import { insertTestRun } from '../support/store-rows.ts'

const OLD = fileURLToPath(new URL('../fixtures/stores/schema-0009.sqlite', import.meta.url))

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-plans-'))
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})
const open = () => (store = openStore(folder, { kind: 'test', now: new Date() })).db
const plans = () => store.db.get<{ count: number }>('SELECT count(*) AS count FROM plans')?.count

it('a plan is stored once for all of its runs, and goes with the last of them', () => {
  const db = open()
  const [a, b] = [insertTestRun(db, 'a'), insertTestRun(db, 'b')]
  expect(plans()).toBe(1)
  const { plan, ...details } = readDetails(db, a)
  expect(plan.network.name).toBe('toy')
  const c = insertTestRun(db, 'c')
  db.run('DELETE FROM run_details WHERE run = ?', c)
  insertDetails(db, c, { ...details, plan: { ...plan, cachedUpTo: 'block1' } })
  expect(plans()).toBe(2)
  expect([readDetails(db, b).plan.cachedUpTo, readDetails(db, c).plan.cachedUpTo]).toEqual([null, 'block1'])
  deleteRun(db, c)
  expect(plans()).toBe(1)
  deleteRun(db, a)
  expect(readDetails(db, b).plan).toEqual(plan)
  deleteRun(db, b)
  expect(plans()).toBe(0)
})

it('a run of before keeps the plan that stands with it', () => {
  copyFileSync(OLD, join(folder, STORE_FILE))
  const db = open()
  expect(readDetails(db, findRun(db, 'fixture')!.key).plan.network.name).toBe('toy')
  expect(plans()).toBe(0)
})
