import { afterEach, describe, expect, it } from 'vitest'
import type { QuestionOf } from '../../../../src-main/contract/label-questions.ts'
import { unpackInt32 } from '../../../../src-main/base/packed-numbers.ts'
import { type FakeChild, finish } from '../../../support/fake-trainer.ts'
import { labellingReady, learntState } from '../../../support/labelling-cases.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'
import { toyFit, toyReady } from '../../../support/toy-labelling.ts'

const COLUMN = 'label'
const ALL = Array.from({ length: 12 }, (_, place) => place + 1)

let test: TestWorkbench
afterEach(() => test.close())

/** A workbench whose head is fitted when the test says so. */
async function withHeldFits() {
  test = testWorkbench()
  const datasetId = await openToyWorkspace(test)
  const fits: { question: QuestionOf<'fit'>; answer: (isConverged?: boolean) => void }[] = []
  let child: FakeChild | null = null
  test.trainer.script('label', async (started) => {
    child = started
    const items = toyReady(started)
    started.onAsk((id, question) => {
      if (question.kind !== 'fit') throw new Error(`asked for ${question.kind}`)
      const answer = (isConverged = true) =>
        started.send({ type: 'answer', id, answer: { ...toyFit(question, items), isConverged } })
      fits.push({ question, answer })
    })
    if ((await started.nextControl()) !== 'kill') finish(started, 'cancelled')
  })
  const { jobId } = await test.call('labelling.start', { datasetId })
  await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
  const state = () => test.call('labelling.state', { datasetId, column: COLUMN })
  const label = (itemIds: number[], value: string | null) =>
    test.call('datasets.label', { datasetId, column: COLUMN, itemIds, value })
  return { datasetId, fits, state, label, child: () => child! }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('a head that is kept fitted', () => {
  it('has one fit running, and the newest labels in the next one, however many they are', async () => {
    const { fits, state, label } = await withHeldFits()
    expect((await state()).wanting).toBe('The labels are being learnt.')
    expect(fits).toHaveLength(1)
    for (const id of [1, 3, 5, 7]) await label([id], 'dog')
    await settle()
    expect(fits).toHaveLength(1)
    fits[0]!.answer()
    await settle()
    expect(fits).toHaveLength(2)
    const labels = [...unpackInt32(fits[1]!.question.labels)]
    const taught = [1, 3, 5, 7].filter((id) => labels[id - 1] !== -1)
    expect(taught.length).toBeGreaterThan(0)
    expect(taught.every((id) => labels[id - 1] === 1)).toBe(true)
    fits[1]!.answer()
    await settle()
    expect(fits).toHaveLength(2)
    expect(await state()).toMatchObject({ isFitting: false, head: { fit: 2, version: 5 } })
  })

  it('goes on with a fit that its budget cut, until it is done or a label comes', async () => {
    const { fits, state, label } = await withHeldFits()
    await state()
    fits[0]!.answer(false)
    await settle()
    expect(fits).toHaveLength(2)
    expect(await state()).toMatchObject({ isFitting: true, head: { fit: 1, isConverged: false } })
    await label([1], 'dog')
    fits[1]!.answer(false)
    await settle()
    expect([...unpackInt32(fits[2]!.question.labels)]).not.toEqual([...unpackInt32(fits[1]!.question.labels)])
    fits[2]!.answer(true)
    await settle()
    expect(fits).toHaveLength(3)
    expect((await state()).isFitting).toBe(false)
  })

  it('answers what it has while a fit runs', async () => {
    const { datasetId, fits, state, label } = await withHeldFits()
    await state()
    fits[0]!.answer()
    await settle()
    await label([2], 'cat')
    await settle()
    expect(fits).toHaveLength(2)
    const answer = await test.call('labelling.suggestions', { datasetId, column: COLUMN, itemIds: [1] })
    expect(answer).toMatchObject({ fit: 1, suggestions: [{ item: 1 }] })
  })

  it('says what is wanting: with no label, one class, test labels alone', async () => {
    const { datasetId, fits, state, label } = await withHeldFits()
    await label(ALL, null)
    expect(await state()).toMatchObject({
      head: null,
      wanting: expect.stringContaining('no label yet'),
    })
    await label([1], 'cat')
    expect(await state()).toMatchObject({ head: null, wanting: expect.stringContaining('one class so far') })
    await test.call('datasets.moveToSplit', { datasetId, itemIds: [1, 2], split: 'test' })
    await label([2], 'dog')
    expect(await state()).toMatchObject({ head: null, wanting: expect.stringContaining('test labels teach nobody') })
    expect(fits).toHaveLength(0)
  })

  it('shows nothing at once when labels of two classes are no longer there', async () => {
    const { datasetId, fits, state, label } = await withHeldFits()
    await label(ALL, null)
    await label([1], 'cat')
    await label([2], 'dog')
    await test.call('datasets.moveToSplit', { datasetId, itemIds: ALL, split: 'train' })
    await state()
    fits.at(-1)!.answer()
    await settle()
    expect((await state()).head?.labelled).toBe(2)
    await test.call('datasets.undo', { datasetId })
    await test.call('datasets.undo', { datasetId })
    expect(await state()).toMatchObject({ head: null })
    const answer = await test.call('labelling.suggestions', { datasetId, column: COLUMN, itemIds: [1, 2, 3] })
    expect(answer.suggestions).toEqual([])
  })

  it('never suggests a class that was taken away, nor another one that took its place', async () => {
    const { datasetId, fits, state, label } = await withHeldFits()
    await test.call('datasets.moveToSplit', { datasetId, itemIds: ALL, split: 'train' })
    await label([5], 'horse')
    await state()
    fits.at(-1)!.answer()
    await settle()
    const suggested = async () =>
      (await test.call('labelling.suggestions', { datasetId, column: COLUMN, itemIds: [5] })).suggestions.map(
        (one) => one.suggested,
      )
    expect(await suggested()).toEqual(['horse'])
    await test.call('datasets.renameClass', { datasetId, column: COLUMN, from: 'horse', to: 'pony' })
    expect(await suggested()).toEqual(['pony'])
    // The fit that runs now has begun with three classes, and ends when there are other three.
    await test.call('datasets.undo', { datasetId })
    await test.call('datasets.undo', { datasetId })
    expect(await suggested()).toEqual([])
    await test.call('datasets.addClass', { datasetId, column: COLUMN, name: 'zebra' })
    expect(await suggested()).toEqual([])
    fits.at(-1)!.answer()
    await settle()
    expect(await suggested()).not.toContain('zebra')
  })
})

describe('the process that holds the features', () => {
  it('that dies says so, and the next start begins anew', async () => {
    const { datasetId, fits, state, child } = await withHeldFits()
    await state()
    expect(fits).toHaveLength(1)
    child().exit(null, 'SIGKILL')
    await test.when('labelling.changed', ({ status }) => status === 'failed')
    expect(await state()).toMatchObject({ status: 'failed', head: null, wanting: expect.stringContaining('SIGKILL') })
    await expect(test.call('labelling.outliers', { datasetId })).rejects.toMatchObject({ code: 'E_LABELLING_OFF' })
    const again = await test.call('labelling.start', { datasetId })
    await test.when('jobs.changed', (job) => job.id === again.jobId && job.status === 'done')
    expect((await state()).status).toBe('ready')
  })

  it('leaves out what it cannot read', async () => {
    test = testWorkbench()
    const datasetId = await openToyWorkspace(test)
    test.trainer.script('label', async (child) => {
      const items = toyReady(child, [{ row: 2, reason: 'it is gone' }])
      child.onAsk((id, question) => {
        if (question.kind === 'fit') child.send({ type: 'answer', id, answer: toyFit(question, items) })
        else child.send({ type: 'refused', id, error: { code: 'E_DATASET_UNUSABLE', message: 'no', fix: 'none' } })
      })
      if ((await child.nextControl()) !== 'kill') finish(child, 'cancelled')
    })
    const state = await labellingReady(test, datasetId)
    expect(state.unreadable).toMatchObject({ total: 1, first: [{ item: 3, reason: 'it is gone' }] })
    const of = await test.call('labelling.suggestions', { datasetId, column: COLUMN, itemIds: [2, 3] })
    expect(of.suggestions.map(({ item }) => item)).toEqual([2])
    const refused = test.call('labelling.order', { datasetId, column: COLUMN, by: 'disagreement' })
    await expect(refused).rejects.toMatchObject({ code: 'E_DATASET_UNUSABLE' })
  })

  it('is one: another dataset, stop, a removed dataset and the end of the session let it go', async () => {
    test = testWorkbench()
    const first = await openToyWorkspace(test)
    await labellingReady(test, first)
    const held = () => test.trainer.children.filter(({ job }) => job.kind === 'label').map(({ controls }) => controls)
    const again = await test.call('labelling.start', { datasetId: first })
    expect(again.jobId).toBe((await learntState(test, first)).jobId)
    expect(held()).toEqual([[]])
    const copy = await importAnother()
    await labellingReady(test, copy)
    expect(held()).toEqual([['cancel'], []])
    expect((await test.call('labelling.state', { datasetId: first })).status).toBe('off')
    await test.call('datasets.remove', { datasetId: copy })
    await settle()
    expect(held()[1]).toEqual(['cancel'])
    await labellingReady(test, first)
    await test.call('labelling.stop', { datasetId: first })
    expect((await test.call('labelling.state', { datasetId: first })).status).toBe('off')
    await labellingReady(test, first)
    await test.call('workspace.close', {})
    expect(held().map((controls) => controls.at(-1))).toEqual(['cancel', 'cancel', 'cancel', 'cancel'])
    expect(test.errors).toEqual([])
  })
})

async function importAnother(): Promise<string> {
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'other' } })
  const job = await test.when('jobs.changed', (changed) => changed.id === jobId && changed.status === 'done')
  return String(job.result?.['datasetId'])
}
