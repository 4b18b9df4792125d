import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnalyseJob, Manifest } from '../../../src-main/contract/trainer.ts'
import { countItems, limitItems } from '../../../src-main/core/analyses/limit-items.ts'
import { type CaseContext, caseContext } from '../../support/contract-cases.ts'
import { finish } from '../../support/fake-trainer.ts'
import { importToyDataset, testWorkbench, TOY_SPEC, type TestWorkbench } from '../../support/test-workbench.ts'

let test: TestWorkbench
let context: CaseContext
beforeEach(async () => {
  test = testWorkbench()
  context = await caseContext(test)
})
afterEach(() => test.close())

const spec = { ...TOY_SPEC, strategy: { ...TOY_SPEC.strategy } }

async function analyse(more: object = {}, type = 'transferability') {
  const { jobId } = await test.call('analyses.start', { type, spec: { ...spec, ...more } })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
}

const jobsSeen = () =>
  test.trainer.children.map(({ job }) => job).filter((job): job is AnalyseJob => job.kind === 'analyse')

describe('an analysis', () => {
  it('gets every model that takes such inputs; what has seen the dataset is marked', async () => {
    await analyse()
    const [job] = jobsSeen()
    expect(job!.surroundings.models.map(({ ref, hasSeenDataset }) => [ref, hasSeenDataset])).toEqual([
      ['efficientnet-lite0', false],
      ['efficientnet-lite2', false],
      [`run:${context.runId}`, true],
    ])
    expect(Object.keys(job!.models)).toEqual(['efficientnet-lite0', 'efficientnet-lite2', `run:${context.runId}`])
  })

  it('gets what a trained base has learned from, where that is another dataset', async () => {
    await analyse({ base: `run:${context.runId}` }, 'advisor')
    expect(jobsSeen()[0]!.surroundings.baseDomain).toBe(null)
    await importToyDataset(test, 'other')
    await analyse({ base: `run:${context.runId}`, dataset: 'other' }, 'advisor')
    const job = jobsSeen()[1]!
    expect(job.surroundings.baseDomain).toBe('toy')
    expect(Object.keys(job.datasets)).toEqual(['toy'])
  })

  it('is stored with its spec, and its working folder goes', async () => {
    const { result } = await analyse()
    const found = await test.call('analyses.get', { analysisId: String(result?.['analysisId']) })
    expect(found).toMatchObject({
      type: 'transferability',
      words: 'It was measured.',
      params: { samples: 500 },
      dataset: { name: 'toy' },
    })
    expect(existsSync(jobsSeen()[0]!.folder)).toBe(false)
    expect(test.events.some(({ name }) => name === 'analyses.changed')).toBe(true)
  })

  it('that fails or is cancelled leaves nothing', async () => {
    test.trainer.script('analyse', (child) => {
      child.send({ type: 'failed', error: { code: 'E_DATASET_UNUSABLE', message: 'Expected labels. Received: none.' } })
      child.exit()
    })
    expect(await analyse()).toMatchObject({ status: 'failed', error: { code: 'E_DATASET_UNUSABLE' } })
    test.trainer.script('analyse', async (child) => {
      await child.nextControl()
      finish(child, 'cancelled')
    })
    const { jobId } = await test.call('analyses.start', { type: 'transferability', spec })
    expect((await test.call('jobs.cancel', { jobId })).status).toBe('cancelled')
    expect(await test.call('analyses.list', {})).toEqual([])
    for (const { folder } of jobsSeen()) expect(existsSync(folder)).toBe(false)
  })

  it('does not wait for what the strategy itself still lacks', async () => {
    expect(await analyse({ strategy: { type: 'distillation' } })).toMatchObject({ status: 'done' })
  })
})

describe('items of an analysis', () => {
  const manifest: Manifest = {
    dataset: { id: 'd', name: 'd', version: 1, hash: 'h', kind: 'table' },
    heads: [{ name: 'c', column: 'c', type: 'classification', classes: ['a', 'b', 'c'] }],
    pack: null,
    items: Array.from({ length: 60 }, (_, i) => ({
      id: i + 1,
      name: `${i}`,
      path: null,
      row: i,
      contentHash: `${i}`,
      split: i < 40 ? 'train' : 'test',
      // Of the training items 30 are of a, 5 of b, none of c.
      targets: [i < 30 ? 0 : i < 35 ? 1 : i < 40 ? null : 0],
    })),
  }

  it('are limited per split, evenly over classes, in their order; as many unlabelled ones are kept', () => {
    const { items } = limitItems(manifest, 8, 1)
    const labels = items.filter(({ split }) => split === 'train').map(({ targets }) => targets[0])
    expect(labels.filter((label) => label === 0)).toHaveLength(4)
    expect(labels.filter((label) => label === 1)).toHaveLength(4)
    expect(labels.filter((label) => label === null)).toHaveLength(5)
    expect(items.filter(({ split }) => split === 'test')).toHaveLength(8)
    expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted((a, b) => a - b))
    expect(limitItems(manifest, 8, 1)).toEqual(limitItems(manifest, 8, 1))
    expect(limitItems(manifest, 8, 2)).not.toEqual(limitItems(manifest, 8, 1))
  })

  it('are counted before that', () => {
    expect(countItems(manifest)).toEqual({ labelled: 35, unlabelled: 5, classCounts: [30, 5, 0] })
    expect(countItems(manifest, 12)).toEqual({ labelled: 12, unlabelled: 28, classCounts: [7, 5, 0] })
  })
})
