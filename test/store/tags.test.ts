import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitChange, stateAt, stepBackOrForth } from '../../src-main/core/datasets/change.ts'
import { datasetHash } from '../../src-main/core/datasets/dataset-hash.ts'
import * as edits from '../../src-main/core/datasets/edit-labels.ts'
import type { Edit } from '../../src-main/core/datasets/edit-parts.ts'
import { toggleTagEdit } from '../../src-main/core/datasets/edit-tags.ts'
import { filterItems } from '../../src-main/core/datasets/filter-items.ts'
import { datasetStatistics } from '../../src-main/core/datasets/statistics.ts'
import { createDatasetCache } from '../../src-main/core/store/dataset-cache.ts'
import { type DatasetState, labelReader } from '../../src-main/core/store/dataset-state.ts'
import { insertChange } from '../../src-main/core/store/changes-repo.ts'
import { insertDataset, updateDataset } from '../../src-main/core/store/datasets-repo.ts'
import { insertItems } from '../../src-main/core/store/items-repo.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { SPLIT_FIELD, writeValues } from '../../src-main/core/store/values-repo.ts'

const ITEMS = 12
const AT = '2026-01-01T00:00:00.000Z'
/** One field holds 32: what is added needs a second one. */
const FIRST = Array.from({ length: 31 }, (_, i) => `tag ${i}`)

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-tags-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

let datasets = 0

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
  updateDataset(db, key, { state: 'ready', items: ITEMS, labelColumns: [] })
  const state = createDatasetCache(db).get(id)
  commit(state, edits.addColumnEdit(state, { name: 'tags', type: 'tags', classes: FIRST }))
  return state
}

function commit(state: DatasetState, edit: Edit | null): void {
  if (edit !== null) commitChange(store.db, state, edit.change, edit.delta, AT)
}

/** Labels as people say them: a list in the order of the tags, or null. */
function labelsOf(state: DatasetState) {
  const read = labelReader(state.labels, state.row.labelColumns[0]!)
  return Array.from({ length: ITEMS }, (_, place) => read(place))
}

type Model = (Set<string> | null)[]

const ids = fc.uniqueArray(fc.integer({ min: 1, max: ITEMS }), { minLength: 1, maxLength: 5 })
const tag = fc.constantFrom('tag 0', 'tag 30', 'new a', 'new b', 'new c')
const step = fc.oneof(
  fc.record({ kind: fc.constant('toggle' as const), ids, tag, on: fc.constantFrom(true, false, undefined) }),
  fc.record({ kind: fc.constant('set' as const), ids, tags: fc.option(fc.uniqueArray(tag, { maxLength: 3 })) }),
  fc.record({ kind: fc.constant('add' as const), tag }),
  fc.record({ kind: fc.constant('undo' as const) }),
  fc.record({ kind: fc.constant('redo' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The same with sets, by hand. */
function inModel(model: Model, one: Exclude<Step, { kind: 'undo' | 'redo' }>): Model {
  if (one.kind === 'add') return model
  const next = model.map((tags) => (tags === null ? null : new Set(tags)))
  if (one.kind === 'set') {
    for (const id of one.ids) next[id - 1] = one.tags === null ? null : new Set(one.tags)
    return next
  }
  const on = one.on ?? !one.ids.every((id) => model[id - 1]?.has(one.tag) === true)
  for (const id of one.ids) {
    if (on) next[id - 1] = new Set([...(next[id - 1] ?? []), one.tag])
    else next[id - 1]?.delete(one.tag)
  }
  return next
}

function edit(state: DatasetState, one: Exclude<Step, { kind: 'undo' | 'redo' }>): Edit | null {
  if (one.kind === 'add') return edits.addClassEdit(state, 'tags', one.tag)
  if (one.kind === 'set') return edits.labelEdit(state, 'tags', one.ids, one.tags)
  return toggleTagEdit(state, { column: 'tags', itemIds: one.ids, tag: one.tag, on: one.on })
}

function expectModel(state: DatasetState, model: Model): void {
  const said = labelsOf(state).map((label) => (label === null ? null : [...(label as string[])].sort()))
  expect(said).toEqual(model.map((tags) => (tags === null ? null : [...tags].sort())))
}

describe('tags of items', () => {
  it('are what sets would be after any sequence of changes, undos and redos, also when read again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const state = newDataset()
        let model: Model = Array.from({ length: ITEMS }, () => null)
        const versions = new Map<number, Model>([[state.row.version, model]])
        const done: Model[] = []
        const undone: Model[] = []
        for (const one of steps) {
          if (one.kind === 'undo' || one.kind === 'redo') {
            const [from, to] = one.kind === 'undo' ? [done, undone] : [undone, done]
            if (from.length === 0) continue
            to.push(model)
            model = from.pop()!
            stepBackOrForth(store.db, state, one.kind, AT)
          } else {
            const before = state.row.version
            commit(state, edit(state, one))
            if (state.row.version === before) continue
            done.push(model)
            undone.length = 0
            model = inModel(model, one)
          }
          expectModel(state, model)
          versions.set(state.row.version, model)
        }
        for (const [version, expected] of versions) expectModel(stateAt(store.db, state, version), expected)
        const reopened = createDatasetCache(store.db).get(state.row.id)
        expectModel(reopened, model)
        expect(datasetHash(store.db, reopened)).toBe(datasetHash(store.db, state))
      }),
      { numRuns: 40 },
    )
  })

  it('that are added later are not on items that were labelled before', () => {
    const state = newDataset()
    commit(state, edits.labelEdit(state, 'tags', [1], []))
    commit(state, edits.labelEdit(state, 'tags', [2], ['tag 0']))
    for (const name of ['a', 'b', 'c']) commit(state, edits.addClassEdit(state, 'tags', name))
    expect(state.row.labelColumns[0]?.more).toHaveLength(1)
    expect(labelsOf(state).slice(0, 3)).toEqual([[], ['tag 0'], null])
  })

  it('are found by filters and counted', () => {
    const state = newDataset()
    commit(state, edits.labelEdit(state, 'tags', [1, 2], ['tag 0', 'tag 5']))
    commit(state, edits.labelEdit(state, 'tags', [3], ['tag 5']))
    commit(state, edits.labelEdit(state, 'tags', [4], []))
    const found = (filter: Parameters<typeof filterItems>[2]) => [...filterItems(store.db, state, { column: 'tags', ...filter })] // prettier-ignore
    expect(found({ label: 'tag 5' })).toEqual([1, 2, 3])
    expect(found({ without: 'tag 0' })).toEqual([3, 4])
    expect(found({ label: 'tag 5', without: 'tag 0' })).toEqual([3])
    expect(found({ untagged: true })).toEqual([4])
    expect(found({ label: null })).toHaveLength(ITEMS - 4)
    const [column] = datasetStatistics(store.db, state).columns
    expect(column?.perItem).toEqual([1, 1, 2])
    expect(column?.unlabelled).toBe(ITEMS - 4)
    expect(column?.classes[5]).toEqual({ name: 'tag 5', total: 3, train: 3, validation: 0, test: 0 })
  })

  it('have one hash, in whatever order they were added', () => {
    const [a, b] = [newDataset(), newDataset()]
    for (const [state, names] of [[a, ['x', 'y']], [b, ['y', 'x']]] as const) commit(state, edits.labelEdit(state, 'tags', [1], [...names])) // prettier-ignore
    expect(datasetHash(store.db, a)).toBe(datasetHash(store.db, b))
    commit(b, edits.labelEdit(b, 'tags', [1], []))
    const none = datasetHash(store.db, b)
    commit(b, edits.labelEdit(b, 'tags', [1], null))
    expect(datasetHash(store.db, b)).not.toBe(none)
  })

  it('refuse what is no list, and a column without tags refuses lists', () => {
    const state = newDataset()
    expect(() => edits.labelEdit(state, 'tags', [1], 'tag 0')).toThrow('Expected a list of tags for tags, or null.')
    expect(() => edits.labelEdit(state, 'tags', [1], [' '])).toThrow('Expected a name for a tag of tags.')
    commit(state, edits.addColumnEdit(state, { name: 'size', type: 'regression', classes: [] }))
    expect(() => edits.labelEdit(state, 'size', [1], ['a'])).toThrow('Expected one value for size.')
    expect(() => toggleTagEdit(state, { column: 'size', itemIds: [1], tag: 'a' })).toThrow('Expected a column of tags.')
  })
})
