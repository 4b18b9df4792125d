import { afterEach, describe, expect, it } from 'vitest'
import { labellingReady, learntState } from '../../../support/labelling-cases.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

const column = 'label'
const ALL = Array.from({ length: 12 }, (_, place) => place + 1)

let test: TestWorkbench
afterEach(() => test.close())

/** Items 1 (cat) and 12 (dog) have labels, the others are nearer to the one or the other. Test items: 2 and 11. */
async function fewLabels(): Promise<string> {
  test = testWorkbench()
  const datasetId = await openToyWorkspace(test)
  await test.call('datasets.label', { datasetId, column, itemIds: ALL.slice(1, 11), value: null })
  await test.call('datasets.moveToSplit', { datasetId, itemIds: ALL, split: 'train' })
  await test.call('datasets.moveToSplit', { datasetId, itemIds: [2, 11], split: 'test' })
  await labellingReady(test, datasetId)
  return datasetId
}

const labelOf = async (datasetId: string, id: number) =>
  (await test.call('datasets.items', { datasetId, filter: { ids: [id] }, offset: 0, limit: 1 })).items[0]?.labels[
    column
  ]

describe('accepting', () => {
  it('leaves out what is drawn for the estimate: by the hundred only the sure ones would be counted', async () => {
    const datasetId = await fewLabels()
    const { itemIds } = await test.call('labelling.draw', { datasetId, column, count: 3 })
    const found = await test.call('labelling.candidates', { datasetId, column, above: 0.5, test: true })
    expect([found.total, found.inDraw]).toEqual([7, 3])
    expect(found.suggestions.filter(({ item }) => itemIds.includes(item))).toEqual([])
    await test.call('datasets.label', { datasetId, column, itemIds, value: 'cat' })
    expect(await test.call('labelling.candidates', { datasetId, column, above: 0.5, test: true })).toMatchObject({
      inDraw: 0,
    })
  })

  it('is one change with a name, which one undo takes back, and overwrites nothing', async () => {
    const datasetId = await fewLabels()
    const { suggestions, inTest, total } = await test.call('labelling.candidates', { datasetId, column, above: 0.5 })
    expect([total, inTest]).toEqual([8, 2])
    expect(suggestions.map(({ item }) => item)).not.toContain(2)
    await test.call('datasets.label', { datasetId, column, itemIds: [3], value: 'dog' })
    const labels = ['cat', 'dog'].map((value) => ({
      value,
      itemIds: suggestions.filter(({ suggested }) => suggested === value).map(({ item }) => item),
    }))
    const made = await test.call('labelling.accept', { datasetId, column, labels })
    expect(made).toMatchObject({ changed: 7, left: [3] })
    expect(await labelOf(datasetId, 3)).toBe('dog')
    const versions = await test.call('datasets.versions', { datasetId })
    expect(versions.at(-1)?.change).toBe('Accept 7 suggestions for label')
    await test.call('datasets.undo', { datasetId })
    expect(await labelOf(datasetId, 4)).toBe(null)
    expect(await labelOf(datasetId, 3)).toBe('dog')
  })

  it('refuses test items that nobody has looked at, and writes nothing then', async () => {
    const datasetId = await fewLabels()
    const labels = [{ itemIds: [2, 3], value: 'cat' }]
    const refused = test.call('labelling.accept', { datasetId, column, labels })
    await expect(refused).rejects.toMatchObject({ code: 'E_DATASET_LABEL', message: expect.stringContaining('1 item') })
    expect(await labelOf(datasetId, 3)).toBe(null)
    await test.call('labelling.accept', { datasetId, column, labels, test: true })
    expect(await labelOf(datasetId, 2)).toBe('cat')
  })

  it('never makes a class', async () => {
    const datasetId = await fewLabels()
    const labels = [{ itemIds: [3], value: 'horse' }]
    await expect(test.call('labelling.accept', { datasetId, column, labels })).rejects.toThrow('Nothing was accepted')
    expect((await test.call('datasets.get', { datasetId })).labelColumns[0]?.classes).toEqual(['cat', 'dog'])
  })
})

describe('the running estimate', () => {
  const estimate = async (datasetId: string) => (await learntState(test, datasetId)).estimate

  it('compares each label with what was suggested until then, and an undo takes the answer back', async () => {
    const datasetId = await fewLabels()
    const { itemIds } = await test.call('labelling.draw', { datasetId, column, count: 10 })
    expect([...itemIds].sort((a, b) => a - b)).toEqual(ALL.slice(1, 11))
    // Item 3 is next to the cat, item 10 next to the dog.
    await test.call('datasets.label', { datasetId, column, itemIds: [3], value: 'cat' })
    await learntState(test, datasetId)
    await test.call('datasets.label', { datasetId, column, itemIds: [10], value: 'cat' })
    // Wilson's interval of 1 out of 2, by hand: (0.5 + z^2 / 4 -+ z sqrt(0.125 + z^2 / 16)) / (1 + z^2 / 2) with z = 1.96.
    expect(await estimate(datasetId)).toMatchObject({ drawn: 10, answered: 2, right: 1, accuracy: 0.5 })
    expect((await estimate(datasetId))!.low).toBeCloseTo(0.0945, 3)
    await test.call('datasets.undo', { datasetId })
    expect(await estimate(datasetId)).toMatchObject({ answered: 1, right: 1, accuracy: 1, high: 1 })
    // What was drawn and has no label comes first again, nothing twice.
    const again = await test.call('labelling.draw', { datasetId, column, count: 100 })
    expect(again.itemIds).toHaveLength(9)
  })

  it('counts no label that was given while nothing was suggested', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await test.call('datasets.label', { datasetId, column, itemIds: [5, 6], value: null })
    await test.call('labelling.draw', { datasetId, column, count: 2 })
    await test.call('datasets.label', { datasetId, column, itemIds: [5], value: 'cat' })
    expect(await estimate(datasetId)).toMatchObject({ drawn: 1, answered: 0, low: 0, high: 1 })
  })
})

describe('marks', () => {
  it('leave what was kept out of the suspicious labels, and go when the label changes', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await labellingReady(test, datasetId)
    const suspicious = async () =>
      (await test.call('labelling.suspicious', { datasetId, column })).labels.map(({ item }) => item)
    expect(await suspicious()).toEqual([1, 3, 5, 7, 9, 11])
    await test.call('labelling.mark', { datasetId, column, itemIds: [3, 5], mark: 'kept' })
    await test.call('labelling.mark', { datasetId, column, itemIds: [7], mark: 'unsure' })
    expect(await suspicious()).toEqual([1, 7, 9, 11])
    const withKept = await test.call('labelling.suspicious', { datasetId, column, kept: true })
    expect(withKept.total).toBe(6)
    await test.call('datasets.label', { datasetId, column, itemIds: [3], value: 'dog' })
    await test.call('datasets.label', { datasetId, column, itemIds: [3], value: 'cat' })
    expect(await test.call('labelling.marks', { datasetId, column })).toEqual({ kept: [5], unsure: [7] })
    await test.call('labelling.mark', { datasetId, column, itemIds: [5], mark: null })
    expect(await test.call('labelling.marks', { datasetId, column })).toEqual({ kept: [], unsure: [7] })
  })

  it('are there when the workspace is opened again', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await test.call('labelling.mark', { datasetId, column, itemIds: [7], mark: 'unsure' })
    await test.call('workspace.close', {})
    await test.call('workspace.open', { source: `${test.folder}/ws` })
    expect(await test.call('labelling.marks', { datasetId, column })).toEqual({ kept: [], unsure: [7] })
  })
})

describe('orders', () => {
  it('fall back to novelty without a head, and say so', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await test.call('datasets.label', { datasetId, column, itemIds: ALL, value: null })
    await labellingReady(test, datasetId)
    const { items, note } = await test.call('labelling.order', { datasetId, column, by: 'mixed', count: 3 })
    expect(items.map(({ item }) => item)).toEqual([1, 2, 3])
    expect(note).toBe('Ordered by novelty: Labels of two classes are needed, and there is no label yet.')
  })

  it('at random are the same for the same seed, of unlabelled items, and need no features', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await test.call('datasets.label', { datasetId, column, itemIds: ALL.slice(0, 8), value: null })
    const drawn = async (seed: number) =>
      (await test.call('labelling.order', { datasetId, column, by: 'random', seed })).items.map(({ item }) => item)
    expect(await drawn(1)).toEqual(await drawn(1))
    expect(await drawn(1)).not.toEqual(await drawn(2))
    expect([...(await drawn(3))].sort((a, b) => a - b)).toEqual(ALL.slice(0, 8))
  })

  it('keep a map until the features are others', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    await labellingReady(test, datasetId)
    const map = async (neighbours: number) =>
      (await test.call('labelling.map', { datasetId, method: 'umap', neighbours })).wasKept
    expect([await map(15), await map(15), await map(30)]).toEqual([false, true, false])
    await test.call('datasets.label', { datasetId, column, itemIds: [1], value: 'dog' })
    expect(await map(15)).toBe(true)
  })
})
