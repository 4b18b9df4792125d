import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openToyWorkspace, testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

let test: TestWorkbench
let datasetId: string
beforeEach(async () => {
  test = testWorkbench()
  datasetId = await openToyWorkspace(test)
})
afterEach(() => test.close())

const start = (more: { count?: number; share?: number; seed?: number } = {}) =>
  test.call('opinions.start', { datasetId, column: 'label', ...more })
const answer = (opinionId: string, itemIds: number[], value: string | null) =>
  test.call('opinions.answer', { opinionId, itemIds, value })
const label = (itemIds: number[], value: string | null) =>
  test.call('datasets.label', { datasetId, column: 'label', itemIds, value })
const labels = async () => {
  const { items } = await test.call('datasets.items', { datasetId, offset: 0, limit: 100 })
  return items.map((item) => item.labels['label'])
}
const version = async () => (await test.call('datasets.get', { datasetId })).version

/** All twelve items, the second label `second` for those of `ids` and the first one's for the others; finished. */
async function pass(ids: number[], second: string): Promise<string> {
  const firsts = await labels()
  const { id } = await start({ count: 12 })
  for (const [place, first] of firsts.entries()) {
    await answer(id, [place + 1], ids.includes(place + 1) ? second : String(first))
  }
  await test.call('opinions.finish', { opinionId: id })
  return id
}

describe('a draw', () => {
  it('is random, without putting back, and the same for the same seed', async () => {
    const drawn = async (seed: number) => {
      const { id } = await start({ count: 6, seed })
      return (await test.call('opinions.items', { opinionId: id })).itemIds
    }
    const [first, again, other] = [await drawn(1), await drawn(1), await drawn(2)]
    expect(new Set(first).size).toBe(6)
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('takes labelled items only, a share of them, or all of few', async () => {
    await label([1, 2, 3, 4], null)
    expect(await start({ share: 0.5 })).toMatchObject({ drawn: 4, pool: 8 })
    expect(await start()).toMatchObject({ drawn: 8, pool: 8 })
    const { itemIds } = await test.call('opinions.items', { opinionId: (await start()).id })
    expect([...itemIds].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
    await label([5, 6, 7, 8, 9, 10, 11, 12], null)
    await expect(start()).rejects.toMatchObject({ code: 'E_DATASET_LABEL' })
  })
})

describe('second labels', () => {
  it('are kept apart: labels and version of the dataset stay', async () => {
    const before = await labels()
    const { id } = await start({ count: 12 })
    await answer(id, [1, 2, 3], 'dog')
    await answer(id, [2], null)
    expect((await test.call('opinions.list', { datasetId }))[0]).toMatchObject({ answered: 2, drawn: 12 })
    await test.call('opinions.finish', { opinionId: id })
    expect([await labels(), await version()]).toEqual([before, 1])
  })

  it('are not shown beside the first before the end, and stay after it', async () => {
    const { id } = await start({ count: 12 })
    for (const name of ['opinions.agreement', 'opinions.disagreements'] as const) {
      await expect(test.call(name, { opinionId: id })).rejects.toMatchObject({ code: 'E_OPINION_STATE' })
    }
    await test.call('opinions.finish', { opinionId: id })
    await expect(answer(id, [1], 'dog')).rejects.toMatchObject({ code: 'E_OPINION_STATE' })
  })

  it('are of classes that there are, and of items that were drawn', async () => {
    const { id } = await start({ count: 2 })
    const { itemIds } = await test.call('opinions.items', { opinionId: id })
    const other = Array.from({ length: 12 }, (_, i) => i + 1).find((one) => !itemIds.includes(one))!
    await expect(answer(id, itemIds, 'zebra')).rejects.toMatchObject({ code: 'E_DATASET_LABEL' })
    await expect(answer(id, [other], 'dog')).rejects.toMatchObject({ code: 'E_INPUT' })
  })

  it('survive closing the workspace', async () => {
    const { id } = await start({ count: 12 })
    await answer(id, [1, 2], 'dog')
    const { path } = await test.call('workspace.state', {})
    await test.call('workspace.close', {})
    await test.call('workspace.open', { source: path! })
    expect((await test.call('opinions.list', { datasetId }))[0]).toMatchObject({ id, answered: 2, finishedAt: null })
  })
})

describe('agreement', () => {
  it('is counted by hand: six cats, six dogs, two cats called dogs', async () => {
    const opinionId = await pass([1, 3], 'dog')
    const found = await test.call('opinions.agreement', { opinionId })
    // Observed 10/12; chance (6 * 4 + 6 * 8) / 144 = 0.5.
    expect(found).toMatchObject({ items: 12, agreed: 10, disagreements: 2, confusion: [[4, 2], [0, 6]] }) // prettier-ignore
    expect(found.kappa?.kappa).toBeCloseTo((10 / 12 - 0.5) / 0.5, 12)
    expect(found.classes).toMatchObject([{ name: 'cat', first: 6, second: 4, both: 4 }, { name: 'dog', first: 6, second: 8, both: 6 }]) // prettier-ignore
    // With two classes, one against the rest is the whole.
    expect(found.classes[0]?.kappa).toEqual(found.kappa)
  })

  it('compares with the labels of the draw, and tells of those that changed since', async () => {
    const { id } = await start({ count: 12 })
    await answer(id, [1], 'cat')
    await label([1], 'dog')
    await test.call('opinions.finish', { opinionId: id })
    expect(await test.call('opinions.agreement', { opinionId: id })).toMatchObject({ items: 1, agreed: 1 })
    expect((await test.call('opinions.list', { datasetId }))[0]).toMatchObject({ changedSince: 1, lost: 0 })
  })

  it('follows a class that is renamed', async () => {
    const opinionId = await pass([1], 'dog')
    await test.call('datasets.renameClass', { datasetId, column: 'label', from: 'dog', to: 'wolf' })
    const { items } = await test.call('opinions.disagreements', { opinionId })
    expect(items).toMatchObject([{ item: 1, first: 'cat', second: 'wolf', now: 'cat' }])
  })

  it('leaves out answers whose class is gone, and says so', async () => {
    await test.call('datasets.addClass', { datasetId, column: 'label', name: 'fox' })
    const opinionId = await pass([1, 3], 'fox')
    await test.call('datasets.undo', { datasetId })
    const told = async () => (await test.call('opinions.list', { datasetId }))[0]
    expect(await told()).toMatchObject({ answered: 12, lost: 2 })
    expect(await test.call('opinions.agreement', { opinionId })).toMatchObject({ items: 10, agreed: 10 })
    // Another class in its place is not what the second labeller said.
    await test.call('datasets.addClass', { datasetId, column: 'label', name: 'owl' })
    expect(await told()).toMatchObject({ lost: 2 })
    await test.call('datasets.undo', { datasetId })
    await test.call('datasets.addClass', { datasetId, column: 'label', name: 'fox' })
    expect(await told()).toMatchObject({ lost: 0 })
  })

  it('of a column that is gone is told, and answers to it are refused', async () => {
    await test.call('datasets.addColumn', { datasetId, name: 'mood', type: 'classification', classes: ['calm'] })
    await test.call('datasets.label', { datasetId, column: 'mood', itemIds: [1], value: 'calm' })
    const { id } = await test.call('opinions.start', { datasetId, column: 'mood' })
    await test.call('datasets.undo', { datasetId })
    await test.call('datasets.undo', { datasetId })
    expect((await test.call('opinions.list', { datasetId }))[0]).toMatchObject({ isColumnGone: true, column: 'mood' })
    await expect(answer(id, [1], 'calm')).rejects.toMatchObject({ code: 'E_OPINION_STATE' })
  })
})

describe('a disagreement', () => {
  it('that takes the second label is one undoable change, and open again once undone', async () => {
    const opinionId = await pass([1, 3, 5], 'dog')
    const taken = await test.call('opinions.decide', { opinionId, itemIds: [1, 3], decision: 'taken' })
    expect([taken.changed, await version()]).toEqual([2, 2])
    const decisions = async () =>
      Object.fromEntries(
        (await test.call('opinions.disagreements', { opinionId })).items.map((one) => [one.item, one.decision]),
      )
    expect(await decisions()).toEqual({ 1: 'taken', 3: 'taken', 5: null })
    await test.call('datasets.undo', { datasetId })
    expect(await decisions()).toEqual({ 1: null, 3: null, 5: null })
    // What the figures are of does not move.
    expect((await test.call('opinions.agreement', { opinionId })).agreed).toBe(9)
  })

  it('that nobody is sure of is marked in the dataset until it is decided', async () => {
    const opinionId = await pass([1, 3], 'dog')
    const marks = async () => (await test.call('labelling.marks', { datasetId, column: 'label' })).unsure
    await test.call('opinions.decide', { opinionId, itemIds: [1, 3], decision: 'unsure' })
    expect([await marks(), await version()]).toEqual([[1, 3], 1])
    await test.call('opinions.decide', { opinionId, itemIds: [3], decision: 'kept' })
    expect(await marks()).toEqual([1])
  })

  it('that keeps the first changes nothing, and can be opened again', async () => {
    const opinionId = await pass([1, 3], 'dog')
    await test.call('opinions.decide', { opinionId, itemIds: [1], decision: 'kept' })
    expect(await test.call('opinions.agreement', { opinionId })).toMatchObject({ disagreements: 2, decided: 1 })
    await test.call('opinions.decide', { opinionId, itemIds: [1], decision: null })
    expect(await test.call('opinions.agreement', { opinionId })).toMatchObject({ decided: 0 })
    expect(await version()).toBe(1)
  })
})
