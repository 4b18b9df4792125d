import { fileURLToPath } from 'node:url'
import { createEventBus } from '../../src-main/core/events.ts'
import type { App } from '../../src-main/core/session/app.ts'
import { workspacePaths } from '../../src-main/core/session/paths.ts'
import type { Control, Session } from '../../src-main/core/session/session.ts'
import { createDatasetCache } from '../../src-main/core/store/dataset-cache.ts'
import type { Db } from '../../src-main/core/store/database.ts'
import { insertDataset, updateDataset } from '../../src-main/core/store/datasets-repo.ts'
import { insertItems } from '../../src-main/core/store/items-repo.ts'
import { SPLIT_FIELD, writeValues } from '../../src-main/core/store/values-repo.ts'
import { memoryStore } from './memory-store.ts'
import { newDataset } from './store-rows.ts'

const RESOURCES = fileURLToPath(new URL('../../resources/', import.meta.url))

export interface StudyWorkspace {
  readonly app: App
  readonly session: Session
  readonly db: Db
  /** What was announced, in order. */
  readonly events: { name: string; payload: unknown }[]
  /** What the training was asked for. */
  readonly controls: [runId: string, action: Control][]
  /** How often the queue was woken. */
  wakes(): number
}

/** A workspace in memory whose queue stands still, with a dataset `toy`: 12 pictures, 6 of them to train on, 4 of which are
 *  labelled (3 cats and a dog), 3 each for validation and test. */
export function studyWorkspace(): StudyWorkspace {
  const db = memoryStore()
  addToyDataset(db, 'toy')
  const controls: StudyWorkspace['controls'] = []
  let wakes = 0
  const session = {
    paths: workspacePaths('/nowhere'),
    name: 'ws',
    db,
    datasets: createDatasetCache(db),
    scheduler: {
      wake: () => void wakes++,
      control(runId: string, action: Control) {
        controls.push([runId, action])
        return false
      },
      ended: () => Promise.resolve(),
    },
  } as unknown as Session
  const events: StudyWorkspace['events'] = []
  const bus = createEventBus((error) => {
    throw error
  })
  bus.subscribe((name, payload) => void events.push({ name, payload }))
  let ids = 0
  const ports = {
    version: '0.0.0-test',
    clock: { now: () => Date.UTC(2026, 0, 2) },
    random: { id: () => `id${++ids}` },
    resourcesFolder: RESOURCES,
    userFolder: '/nowhere/user',
  }
  const app = { ports, events: bus, session } as unknown as App
  return { app, session, db, events, controls, wakes: () => wakes }
}

export function addToyDataset(db: Db, name: string): number {
  const key = insertDataset(db, newDataset(`id of ${name}`.replaceAll(' ', '-'), name))
  const blank = { path: null, duplicateOf: null, thumbOffset: null, thumbLength: null, values: null }
  const size = { width: 4, height: 4, channels: 1 }
  insertItems(
    db,
    key,
    Array.from({ length: 12 }, (_unused, row) => ({
      ...blank,
      ...size,
      id: row + 1,
      name: `image ${row}`,
      row,
      hash: `${name} ${row}`,
    })),
  )
  const none = Number.NaN
  writeValues(db, { dataset: key, field: SPLIT_FIELD }, Float64Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2))
  writeValues(db, { dataset: key, field: 1 }, Float64Array.of(0, 0, 0, 1, none, none, 0, 1, 1, 0, 0, 1))
  const labelColumns = [{ id: 1, name: 'label', type: 'classification' as const, classes: ['cat', 'dog'] }]
  updateDataset(db, key, { state: 'ready', items: 12, pack: `datasets/${name}/pixels.u8`, labelColumns })
  return key
}
