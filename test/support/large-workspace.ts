import { createHash } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '../../src-main/core/store/database.ts'
import { insertDataset, updateDataset } from '../../src-main/core/store/datasets-repo.ts'
import { insertItems, type ItemRow } from '../../src-main/core/store/items-repo.ts'
import { recordMetric } from '../../src-main/core/store/metrics-repo.ts'
import { openStore } from '../../src-main/core/store/open.ts'
import { appendPoints, type PointRow, seriesKey } from '../../src-main/core/store/points-repo.ts'
import { insertDetails, readDetails } from '../../src-main/core/store/run-details-repo.ts'
import { putEpoch } from '../../src-main/core/store/run-records-repo.ts'
import { findRun, insertRun } from '../../src-main/core/store/runs-repo.ts'
import { SPLIT_FIELD, writeValues } from '../../src-main/core/store/values-repo.ts'
import { testWorkbench, trainToyRun } from './test-workbench.ts'
import { toyTrainer } from './toy-scripts.ts'

export const LARGE_SPEC = {
  name: 'large run',
  dataset: 'photos',
  base: { architecture: 'lenet' },
  strategy: { type: 'fine-tuning' },
  epochs: 3,
} as const

export const CLASSES = Array.from({ length: 10 }, (_unused, i) => `class ${i}`)
const NUMERIC = Array.from({ length: 8 }, (_unused, i) => `measure ${i}`)
const COLOURS = ['red', 'green', 'blue']
const POINTS = 1000
const METRICS = ['train.loss', 'validation.loss', 'validation.accuracy', 'test.loss', 'test.accuracy', 'test.macroF1']

export interface LargeWorkspace {
  readonly items: number
  readonly runs: number
  readonly models: number
}

/** Fills `folder`/ws: datasets `photos` and `table` of so many items each, finished runs with curves, models on disk. */
export async function makeLargeWorkspace(folder: string, size: LargeWorkspace): Promise<void> {
  const root = join(folder, 'ws')
  const first = testWorkbench({ folder, trainer: toyTrainer(), host: 'cli' })
  await first.call('workspace.open', { source: root, create: true })
  await first.call('workspace.close', {})
  withStore(root, (db) => {
    fillDataset(db, 'photos', size.items)
    fillDataset(db, 'table', size.items)
  })
  await first.call('workspace.open', { source: root })
  const runId = await trainToyRun(first, { ...LARGE_SPEC })
  await first.close()
  withStore(root, (db) => fillRuns(db, root, { ...size, like: runId }))
}

function withStore(root: string, work: (db: Db) => void): void {
  const store = openStore(root, { kind: 'test', now: new Date() })
  work(store.db)
  store.close()
}

/** A dataset of so many items, eight of ten in the train split; ready. */
export function fillDataset(db: Db, name: 'photos' | 'table', items: number): void {
  const split = { train: 0.8, validation: 0.1, test: 0.1, seed: 1, stratifyBy: 'label' }
  const isTable = name === 'table'
  db.transaction(() => {
    const row = { id: `${name}-id`, name, createdAt: '2026-01-01T00:00:00.000Z', source: `/${name}`, split }
    const key = insertDataset(db, { ...row, storage: 'reference' })
    for (let from = 0; from < items; from += 5000) {
      const length = Math.min(5000, items - from)
      insertItems(
        db,
        key,
        Array.from({ length }, (_unused, i) => itemRow(from + i, isTable)),
      )
    }
    const values = (of: (i: number) => number): Float64Array =>
      Float64Array.from({ length: items }, (_unused, i) => of(i))
    writeValues(
      db,
      { dataset: key, field: SPLIT_FIELD },
      values((i) => (i % 10 < 8 ? 0 : (i % 10) - 7)),
    )
    writeValues(
      db,
      { dataset: key, field: 1 },
      values((i) => Math.floor(i / 10) % CLASSES.length),
    )
    updateDataset(db, key, {
      kind: isTable ? 'table' : 'image',
      items,
      labelColumns: [{ id: 1, name: 'label', type: 'classification', classes: CLASSES }],
      featureColumns: isTable ? featureColumns() : [],
      state: 'ready',
    })
  })
}

function featureColumns() {
  const numeric = NUMERIC.map((name) => ({ name, type: 'numeric' as const, categories: [] }))
  return [...numeric, { name: 'colour', type: 'categorical' as const, categories: COLOURS }]
}

function itemRow(i: number, isTable: boolean): ItemRow {
  const place = { id: i + 1, name: isTable ? `line ${i + 2}` : `class ${i % 10}/image-${i}.png`, duplicateOf: null }
  const side = isTable ? null : 32
  return {
    ...place,
    path: isTable ? null : `/photos/class ${i % 10}/image-${i}.png`,
    row: isTable ? i : null,
    hash: createHash('sha256').update(String(i)).digest('hex'),
    width: side,
    height: side,
    channels: isTable ? null : 3,
    thumbOffset: isTable ? null : i * 500,
    thumbLength: isTable ? null : 500,
    values: isTable ? JSON.stringify(featureValues(i)) : null,
  }
}

/** Every hundredth misses its first. */
function featureValues(i: number): Record<string, number | string | null> {
  const numbers = NUMERIC.map((name, k) => [name, k === 0 && i % 100 === 0 ? null : Math.sin(i * (k + 1)) * 100])
  return { ...Object.fromEntries(numbers), colour: COLOURS[i % COLOURS.length] }
}

/** Copies of a run that has been trained: its plan and model are real ones. */
function fillRuns(db: Db, root: string, { runs, models, like }: LargeWorkspace & { like: string }): void {
  const source = findRun(db, like)
  if (source === null) throw new Error(`there is no run ${like}`)
  const { key: sourceKey, ...row } = source
  const details = readDetails(db, sourceKey)
  const curve = Array.from({ length: POINTS }, (_unused, i): PointRow => [i, i / 100, i / 10, Math.exp(-i / 300)])
  db.transaction(() => {
    for (let i = 0; i < runs; i++) {
      const id = `r${i}`
      const run = insertRun(db, { ...row, id, name: `run ${i}` })
      const hasModel = i < models
      insertDetails(db, run, { ...details, modelSha256: hasModel ? details.modelSha256 : null })
      if (hasModel) cpSync(join(root, 'runs', like, 'model'), join(root, 'runs', id, 'model'), { recursive: true })
      appendPoints(db, seriesKey(db, run, 'train.loss'), curve)
      for (const metric of METRICS) recordMetric(db, run, metric, ((i * 7919) % 10_007) / 10_007, 5)
      for (let epoch = 1; epoch <= 10; epoch++) {
        const figures = { samplesPerSecond: 1000, waitShare: 0.01, engine: 'compiled' as const }
        putEpoch(db, run, { epoch, seconds: 6, metrics: { 'validation.loss': 1 / epoch }, ...figures })
      }
    }
  })
}
