import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { measuredRate } from '../../src-main/core/planning/estimate-time.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { updateDetails } from '../../src-main/core/store/run-details-repo.ts'
import type { NewRunRow } from '../../src-main/core/store/runs-repo.ts'
import { insertTestRun } from '../support/store-rows.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-rate-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

function insert(id: string, work: number, more: Partial<NewRunRow>): void {
  updateDetails(store.db, insertTestRun(store.db, id, more), { work })
}

describe('the speed that earlier runs had', () => {
  it('is unknown before the first one', () => {
    expect(measuredRate(store.db, 'fine-tuning')).toBeNull()
    expect(measuredRate(store.db, 'meta-learning')).toBeNull()
  })

  it('counts what a stopped run had done', () => {
    insert('a', 1000, { seconds: 10 })
    insert('b', 1000, { seconds: 10, status: 'stopped', epochs: 10, epochs_done: 5 })
    expect(measuredRate(store.db, 'fine-tuning')).toEqual({ rate: 75, runs: 2 })
  })

  it('of one strategy of several stages says nothing about training the planned network alone', () => {
    insert('a', 1000, { seconds: 10 })
    insert('meta', 1000, { seconds: 2, strategy: 'meta-learning', epochs: 4, epochs_done: 8 })
    expect(measuredRate(store.db, 'fine-tuning')).toEqual({ rate: 100, runs: 1 })
    expect(measuredRate(store.db, 'feature-extraction')).toEqual({ rate: 100, runs: 1 })
    expect(measuredRate(store.db, 'meta-learning')).toEqual({ rate: 500, runs: 1 })
    // Without runs of its own, those of one stage are the nearest there are.
    expect(measuredRate(store.db, 'dann')).toEqual({ rate: 100, runs: 1 })
  })
})
