import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openToyWorkspace, testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

const MINUTE = 60_000

let test: TestWorkbench
let now: number
let datasetId: string
beforeEach(async () => {
  now = Date.parse('2026-03-04T12:00:00Z')
  test = testWorkbench({ now: () => now })
  datasetId = await openToyWorkspace(test)
})
afterEach(() => test.close())

const label = (itemIds: number[], value: string | null) =>
  test.call('datasets.label', { datasetId, column: 'label', itemIds, value })
const entries = async (named = false) => (await test.call('history.entries', { datasetId, named })).entries
const titles = async () => (await entries()).map(({ title }) => title)
const later = (minutes: number): void => void (now += minutes * MINUTE)

describe('the history', () => {
  it('shows twelve labels given one by one as one entry, newest first', async () => {
    for (let id = 1; id <= 12; id++) {
      later(0.5)
      await label([id], id % 3 === 0 ? 'fox' : 'owl')
    }
    const [labelled, imported, ...others] = await entries()
    expect(others).toEqual([])
    expect(labelled).toMatchObject({ first: 2, last: 13, kind: 'labels', column: 'label', items: 12, undone: 0 })
    expect(labelled?.title).toBe('Labelled 12 items: 8 owl, 4 fox')
    expect([labelled?.from, labelled?.to]).toEqual(['2026-03-04T12:00:30.000Z', '2026-03-04T12:06:00.000Z'])
    expect(imported).toMatchObject({ first: 1, last: 1, kind: 'import' })
  })

  it('begins a new entry after more than ten minutes, or with another kind of change', async () => {
    await label([1], 'dog')
    later(10)
    await label([3], 'dog')
    later(10.1)
    await label([5], 'dog')
    await test.call('datasets.addClass', { datasetId, column: 'label', name: 'owl' })
    await label([7], 'dog')
    expect((await entries()).map(({ first, last }) => [first, last])).toEqual([[6, 6], [5, 5], [4, 4], [2, 3], [1, 1]]) // prettier-ignore
  })

  it('goes on from what it has gathered', async () => {
    await label([1], 'dog')
    await entries()
    await label([3], 'dog')
    expect((await entries())[0]).toMatchObject({ first: 2, last: 3, items: 2 })
  })

  it('tells what came of it: the last label of each item, without what was taken back', async () => {
    await label([1, 3, 5], 'dog')
    await label([1], 'fox')
    await label([7], 'fox')
    await test.call('datasets.undo', { datasetId })
    const [entry] = await entries()
    expect(entry).toMatchObject({ first: 2, last: 5, items: 3, undone: 1 })
    expect(entry?.labels).toEqual([{ value: 'dog', count: 2 }, { value: 'fox', count: 1 }]) // prettier-ignore
    const { changes } = await test.call('history.changes', { datasetId, first: 2, last: 5 })
    expect(changes.map(({ version, isUndone, of }) => [version, isUndone, of])).toEqual([[5, false, 4], [4, true, null], [3, false, null], [2, false, null]]) // prettier-ignore
    await test.call('datasets.redo', { datasetId })
    expect((await entries())[0]).toMatchObject({ last: 6, items: 4, undone: 0 })
  })

  it('says so when all of it was taken back', async () => {
    await label([1], 'dog')
    await test.call('datasets.undo', { datasetId })
    expect((await entries())[0]).toMatchObject({ title: '2 changes that came to nothing', items: 0, undone: 1 })
  })

  it('calls classes what they were called then', async () => {
    await label([2], 'cat')
    await label([4], 'cat')
    await test.call('datasets.renameClass', { datasetId, column: 'label', from: 'cat', to: 'tiger' })
    expect((await titles()).slice(0, 2)).toEqual(['Rename class cat to tiger', 'Labelled 2 items: 2 cat'])
  })

  it('pages through entries and single changes', async () => {
    for (const id of [1, 3, 5]) {
      await label([id], 'dog')
      later(20)
    }
    const page = await test.call('history.entries', { datasetId, offset: 1, limit: 2 })
    expect([page.total, page.entries.map(({ first }) => first)]).toEqual([4, [3, 2]])
    const lines = await test.call('history.changes', { datasetId, first: 1, last: 4, offset: 1, limit: 2 })
    expect([lines.total, lines.changes.map(({ version }) => version)]).toEqual([4, [3, 2]])
  })
})

describe('names of versions', () => {
  const name = (version: number, text: string | null) => test.call('history.name', { datasetId, version, name: text })

  it('stand with their entries, and can be shown alone', async () => {
    await label([1], 'dog')
    await label([3], 'dog')
    await name(2, 'first try')
    expect((await entries())[0]).toMatchObject({ first: 2, last: 3, names: [{ version: 2, name: 'first try' }] })
    const named = await entries(true)
    expect(named).toMatchObject([{ first: 2, last: 2, items: 1, title: 'Set label of 1 item to "dog"' }])
  })

  it('belong to one version, whatever the case, and can be given up', async () => {
    await label([1], 'dog')
    await name(1, 'Clean')
    await name(1, 'clean')
    await expect(name(2, 'CLEAN')).rejects.toMatchObject({ code: 'E_DATASET_NAME' })
    await name(1, null)
    expect((await name(2, 'CLEAN')).names).toEqual([{ version: 2, name: 'CLEAN' }])
  })

  it('go with their dataset, and change no version', async () => {
    await name(1, 'Clean')
    expect((await test.call('datasets.get', { datasetId })).version).toBe(1)
    await test.call('datasets.remove', { datasetId })
    const other = await test.call('datasets.import', { source: test.folder, options: { name: 'again' } })
    await test.when('jobs.changed', (job) => job.id === other.jobId && job.status === 'done')
    expect((await test.call('history.names', { datasetId: 'again' })).names).toEqual([])
  })
})
