import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { insertChange } from '../../src-main/core/store/changes-repo.ts'
import { createDatasetCache } from '../../src-main/core/store/dataset-cache.ts'
import { insertDataset, updateDataset } from '../../src-main/core/store/datasets-repo.ts'
import { foldHistory } from '../../src-main/core/history/fold-history.ts'
import { summariseSession } from '../../src-main/core/history/summarise-session.ts'
import { atOnce } from '../../src-main/base/piecewise.ts'
import { processorTime } from '../support/processor-time.ts'
import { newDataset } from '../support/store-rows.ts'

const CHANGES = 20_000

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-history-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

describe('the history of a dataset', () => {
  it('with 20,000 labels given one by one is one line, and fast', { timeout: 60_000 }, () => {
    const { db } = store
    const key = insertDataset(db, newDataset('d'))
    const labelColumns = [{ id: 1, name: 'label', type: 'classification' as const, classes: ['cat', 'dog'] }]
    updateDataset(db, key, { state: 'ready', items: CHANGES, labelColumns, version: CHANGES + 1 })
    db.transaction(() => {
      insertChange(db, key, { version: 1, at: new Date(0).toISOString(), change: 'Import' })
      for (let id = 1; id <= CHANGES; id++) {
        const value = { field: 1, ids: Int32Array.of(id), before: Float64Array.of(NaN), after: Float64Array.of(id % 2) }
        const at = new Date(id * 1000).toISOString()
        const delta = { schema: null, values: [value] }
        insertChange(db, key, { version: id + 1, at, change: 'Set label of 1 item', delta })
      }
    })
    const state = createDatasetCache(db).get('d')
    const spent = processorTime()
    const { sessions } = atOnce(foldHistory(db, state))
    expect(sessions.map(({ first, last }) => [first, last])).toEqual([[1, 1], [2, CHANGES + 1]]) // prettier-ignore
    const { title } = atOnce(summariseSession(db, state, sessions[1]!))
    expect(title).toBe('Labelled 20,000 items: 10,000 dog, 10,000 cat')
    const first = spent()
    // A quarter of a second on one core; this only catches what makes it slow for good.
    expect(first).toBeLessThan(2500)
    atOnce(foldHistory(db, state))
    atOnce(summariseSession(db, state, sessions[1]!))
    expect(spent() - first).toBeLessThan(200)
  })
})
