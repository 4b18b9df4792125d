import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDatasetCache } from '../../../src-main/core/store/dataset-cache.ts'
import { datasetHash, prepareDatasetHash } from '../../../src-main/core/datasets/dataset-hash.ts'
import type { DatasetState } from '../../../src-main/core/store/dataset-state.ts'
import { featureFacts, prepareFeatureFacts } from '../../../src-main/core/datasets/feature-facts.ts'
import * as items from '../../../src-main/core/store/items-repo.ts'
import { openStore, type Store } from '../../../src-main/core/store/open.ts'
import { fillDataset } from '../../support/large-workspace.ts'

vi.mock(import('../../../src-main/core/store/items-repo.ts'), async (load) => {
  const real = await load()
  return { ...real, featureValues: vi.fn(real.featureValues), contentHashes: vi.fn(real.contentHashes) }
})

const ITEMS = 5000
let folder: string
let store: Store
let state: DatasetState
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-facts-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
  fillDataset(store.db, 'table', ITEMS)
  state = createDatasetCache(store.db).get('table')
  vi.mocked(items.featureValues).mockClear()
  vi.mocked(items.contentHashes).mockClear()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

/** Turns of the event loop that come in while `work` is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work()
  isOver = true
  return turns
}

describe('facts of a table', () => {
  it('are those of the training rows, computed in pieces or at once', async () => {
    const train = Array.from({ length: ITEMS }, (_unused, i) => i).filter((i) => i % 10 < 8)
    const column = train.map((i) => Math.sin(i * 2) * 100)
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    const std = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length)
    expect(await turnsDuring(() => prepareFeatureFacts(store.db, state))).toBeGreaterThanOrEqual(5)
    const prepared = featureFacts(store.db, state)
    expect(prepared.missingValues).toEqual({ 'measure 0': train.filter((i) => i % 100 === 0).length })
    expect(prepared.columnStatistics['measure 1']?.mean).toBeCloseTo(mean, 9)
    expect(prepared.columnStatistics['measure 1']?.std).toBeCloseTo(std, 9)
    const other = createDatasetCache(store.db).get('table')
    expect(featureFacts(store.db, other)).toEqual(prepared)
  })

  it('are not computed anew for another label, but for another split', async () => {
    await Promise.all([prepareFeatureFacts(store.db, state), prepareFeatureFacts(store.db, state)])
    const reads = vi.mocked(items.featureValues).mock.calls.length
    expect(reads).toBe(ITEMS / 1000)
    state.labels.get(1)![7] = 3
    await prepareFeatureFacts(store.db, state)
    const before = featureFacts(store.db, state)
    expect(vi.mocked(items.featureValues).mock.calls.length).toBe(reads)
    state.split.fill(1)
    state.split[0] = 0
    await prepareFeatureFacts(store.db, state)
    expect(featureFacts(store.db, state)).not.toEqual(before)
    expect(featureFacts(store.db, state).missingValues).toEqual({ 'measure 0': 1 })
    expect(vi.mocked(items.featureValues).mock.calls.length).toBe(2 * reads)
  })

  it('of a workspace that is closed meanwhile are refused with a reason, and not kept', async () => {
    const work = prepareFeatureFacts(store.db, state)
    store.close()
    await expect(work).rejects.toThrow(/closed meanwhile/)
    expect(state.itemFacts.features).toEqual([])
  })
})

describe('the hash of a dataset', () => {
  it('is that of its sorted lines, in pieces or at once', async () => {
    const lines = items.itemHashes(store.db, state.row.key).map((hash, i) => {
      const split = i % 10 < 8 ? 'train' : i % 10 === 8 ? 'validation' : 'test'
      return `${hash} ${split} ${JSON.stringify([['label', `class ${Math.floor(i / 10) % 10}`]])}\n`
    })
    const expected = createHash('sha256').update(lines.sort().join('')).digest('hex')
    expect(await turnsDuring(() => prepareDatasetHash(store.db, state))).toBeGreaterThanOrEqual(3)
    const reads = vi.mocked(items.contentHashes).mock.calls.length
    expect(datasetHash(store.db, state)).toBe(expected)
    expect(vi.mocked(items.contentHashes).mock.calls.length).toBe(reads)
    expect(datasetHash(store.db, createDatasetCache(store.db).get('table'))).toBe(expected)
  })
})
