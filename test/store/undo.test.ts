import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitChange, stateAt, stepBackOrForth } from '../../src-main/core/datasets/change.ts'
import { createDatasetCache } from '../../src-main/core/store/dataset-cache.ts'
import type { Db } from '../../src-main/core/store/database.ts'
import { datasetHash } from '../../src-main/core/datasets/dataset-hash.ts'
import type { Edit } from '../../src-main/core/datasets/edit-parts.ts'
import { type DatasetState, labelText, SPLITS } from '../../src-main/core/store/dataset-state.ts'
import * as edits from '../../src-main/core/datasets/edit-labels.ts'
import { insertChange, topVersion } from '../../src-main/core/store/changes-repo.ts'
import { insertDataset, updateDataset } from '../../src-main/core/store/datasets-repo.ts'
import { insertItems } from '../../src-main/core/store/items-repo.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { SPLIT_FIELD, writeValues } from '../../src-main/core/store/values-repo.ts'
import { processorTime } from '../support/processor-time.ts'

const ITEMS = 5000
const AT = '2026-01-01T00:00:00.000Z'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-undo-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

let datasets = 0

/** Two chunks of values: 5000 items, one label column with two classes, nothing labelled. */
function newDataset(): DatasetState {
  const { db } = store
  const id = `d${++datasets}`
  const split = { train: 1, validation: 0, test: 0, seed: 1, stratifyBy: null }
  const key = insertDataset(db, { id, name: id, createdAt: AT, source: '/x', storage: 'reference', split })
  const blank = { path: null, row: null, width: null, height: null, channels: null, duplicateOf: null, values: null }
  const items = Array.from({ length: ITEMS }, (_unused, i) => {
    return { ...blank, id: i + 1, name: `i${i}`, hash: `h${i}`, thumbOffset: null, thumbLength: null }
  })
  insertItems(db, key, items)
  writeValues(db, { dataset: key, field: SPLIT_FIELD }, new Float64Array(ITEMS))
  insertChange(db, key, { version: 1, at: AT, change: 'Import' })
  const labelColumns = [{ id: 1, name: 'label', type: 'classification' as const, classes: ['cat', 'dog'] }]
  updateDataset(db, key, { state: 'ready', items: ITEMS, labelColumns })
  return createDatasetCache(db).get(id)
}

/** Everything a version means. */
function content(state: DatasetState): unknown {
  return {
    columns: state.row.labelColumns,
    split: state.row.split,
    splits: Array.from(state.split, (value) => SPLITS[value]).join(),
    labels: state.row.labelColumns.map((column) =>
      Array.from({ length: ITEMS }, (_unused, i) => labelText(column, state.labels.get(column.id)?.[i])).join(),
    ),
  }
}

const ids = fc.array(fc.integer({ min: 1, max: ITEMS }), { minLength: 1, maxLength: 30 })
const classes = fc.constantFrom('cat', 'dog', 'fox', 'owl')
const command = fc.oneof(
  fc.record({ kind: fc.constant('label' as const), ids, value: fc.option(classes) }),
  fc.record({ kind: fc.constant('move' as const), ids, split: fc.constantFrom(...SPLITS) }),
  fc.record({ kind: fc.constant('class' as const), name: classes }),
  fc.record({ kind: fc.constant('rename' as const), from: classes, to: classes }),
  fc.record({ kind: fc.constant('column' as const), name: fc.constantFrom('age', 'size') }),
  fc.record({ kind: fc.constant('undo' as const) }),
  fc.record({ kind: fc.constant('redo' as const) }),
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

function editOf(state: DatasetState, step: Exclude<Command, { kind: 'undo' | 'redo' }>): Edit | null {
  const column = state.row.labelColumns[0]
  const has = (name: string): boolean => column?.classes.includes(name) ?? false
  switch (step.kind) {
    case 'label':
      return edits.labelEdit(state, 'label', step.ids, step.value)
    case 'move':
      return edits.moveEdit(state, step.ids, step.split)
    case 'class':
      return edits.addClassEdit(state, 'label', step.name)
    case 'rename':
      return has(step.from) && !has(step.to) ? edits.renameClassEdit(state, 'label', step.from, step.to) : null
    case 'column': {
      const isTaken = state.row.labelColumns.some((known) => known.name === step.name)
      return isTaken ? null : edits.addColumnEdit(state, { name: step.name, type: 'regression', classes: [] })
    }
  }
}

describe('changes of a dataset', () => {
  it('can be undone and redone in any order, and every version keeps its content', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (steps) => {
        const state = newDataset()
        const versions = new Map([[1, content(state)]])
        const done: unknown[] = []
        const undone: unknown[] = []
        for (const step of steps) {
          const before = content(state)
          if (step.kind === 'undo' || step.kind === 'redo') {
            const [from, to] = step.kind === 'undo' ? [done, undone] : [undone, done]
            if (from.length === 0) {
              expect(() => stepBackOrForth(store.db, state, step.kind, AT)).toThrow(`Expected a change to ${step.kind}`)
              continue
            }
            stepBackOrForth(store.db, state, step.kind, AT)
            expect(content(state)).toEqual(from.pop())
            to.push(before)
          } else {
            const edit = editOf(state, step)
            if (edit === null) continue
            commitChange(store.db, state, edit.change, edit.delta, AT)
            expect(content(state)).not.toEqual(before)
            done.push(before)
            undone.length = 0
          }
          versions.set(state.row.version, content(state))
        }
        for (const [version, expected] of versions) expect(content(stateAt(store.db, state, version))).toEqual(expected)
        const reopened = createDatasetCache(store.db).get(state.row.id)
        expect(content(reopened)).toEqual(content(state))
        expect(datasetHash(store.db, reopened)).toBe(datasetHash(store.db, state))
        expect(topVersion(store.db, state.row.key, 'undo') === null).toBe(done.length === 0)
        expect(topVersion(store.db, state.row.key, 'redo') === null).toBe(undone.length === 0)
      }),
      { numRuns: 25 },
    )
  })

  it('that change nothing make no version', () => {
    const state = newDataset()
    expect(edits.labelEdit(state, 'label', [1, 2], null)).toBeNull()
    expect(edits.moveEdit(state, [1, 2], 'train')).toBeNull()
    expect(edits.addClassEdit(state, 'label', 'cat')).toBeNull()
  })

  it('relabel 10,000 items fast enough not to be noticed', () => {
    const state = newDataset()
    const all = Array.from({ length: ITEMS }, (_unused, i) => i + 1)
    const spent = processorTime()
    for (const value of ['cat', 'dog']) {
      const edit = edits.labelEdit(state, 'label', all, value)!
      commitChange(store.db, state, edit.change, edit.delta, AT)
    }
    // The bench has the exact figures; this only catches a change that makes it slow for good.
    expect(spent()).toBeLessThan(2000)
    expect(state.row.version).toBe(3)
  })
})

describe('the hash of a dataset', () => {
  it('is worked out once per version', () => {
    const state = newDataset()
    let reads = 0
    const rows: Db['rows'] = (sql, ...params) => {
      reads += 1
      return store.db.rows(sql, ...params)
    }
    const db = { ...store.db, rows }
    const hash = datasetHash(db, state)
    const once = reads
    expect([datasetHash(db, state), reads]).toEqual([hash, once])
    const edit = edits.labelEdit(state, 'label', [7], 'dog')!
    commitChange(store.db, state, edit.change, edit.delta, AT)
    expect([datasetHash(db, state) === hash, reads]).toEqual([false, 2 * once])
  })

  it('depends on labels and split alone, not on the way there', () => {
    const [a, b] = [newDataset(), newDataset()]
    const label = (state: DatasetState, id: number, value: string | null): void => {
      const edit = edits.labelEdit(state, 'label', [id], value)!
      commitChange(store.db, state, edit.change, edit.delta, AT)
    }
    const start = datasetHash(store.db, a)
    expect(datasetHash(store.db, b)).toBe(start)
    label(a, 7, 'dog')
    const changed = datasetHash(store.db, a)
    expect(changed).not.toBe(start)
    label(b, 7, 'cat')
    label(b, 7, 'dog')
    expect(datasetHash(store.db, b)).toBe(changed)
    label(a, 7, null)
    expect(datasetHash(store.db, a)).toBe(start)
    const move = edits.moveEdit(a, [1], 'test')!
    commitChange(store.db, a, move.change, move.delta, AT)
    expect(datasetHash(store.db, a)).not.toBe(start)
  })
})
