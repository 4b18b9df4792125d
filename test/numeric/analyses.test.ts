import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { networkUpTo } from '../../src-main/learning/network/network-up-to.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { analyseJob, runToyAnalysis } from '../support/analyse-toy.ts'
import { withTeacher } from '../support/toy-extras.ts'
import { temporaryFolder, toyJob } from '../support/toy-run.ts'

let job: TrainJob
beforeAll(async () => {
  job = await withTeacher(await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'] }))
})

describe('transferability scores', () => {
  /** The trained toy, the same without its classifier, and the toy's random base. */
  async function models() {
    const teacher = job.models['run:teacher']!
    const headless = { ...teacher, title: 'Headless', heads: [], network: networkUpTo(teacher.network, 'flatten') }
    const random = { ...headless, title: 'Random', weights: job.weights! }
    const all = { 'run:teacher': teacher, 'run:headless': headless, 'run:random': random }
    const listed = Object.entries(all).map(([ref, { title }]) => ({ ref, title, hasSeenDataset: false }))
    return { all, listed }
  }

  test('ranks models by LogME beside a probe, and says that the values cannot be read', async () => {
    const { all, listed } = await models()
    const before = nativeRuntime().tf.memory().numTensors
    const run = await runToyAnalysis(
      analyseJob({ ...job, models: all }, { type: 'transferability', params: {} }, { models: listed }),
    )
    expect(nativeRuntime().tf.memory().numTensors).toBe(before)
    expect(run.outcome).toBe('finished')
    const { facts, words, suggestions } = run.finding
    expect(facts['samples']).toBe(59)
    expect(facts['classes']).toBe(3)
    expect(facts['run:teacher logMe']).toBeGreaterThan(Number(facts['run:random logMe']))
    expect(facts['run:teacher probe']).toBeGreaterThan(0.9)
    expect(facts['run:headless leep']).toBe(null)
    expect(facts['run:teacher leep']).toBeLessThanOrEqual(0)
    expect(facts['run:teacher nce']).toBeGreaterThan(-1.1)
    expect(words).toContain('only their order on the same samples means something')
    expect(suggestions).toEqual([{ title: expect.stringMatching(/^Use /) as string, patch: { base: facts['best'] } }])
    const [table] = run.exhibits
    expect(table?.kind).toBe('table')
    if (table?.kind === 'table') expect(table.rows).toHaveLength(3)
  })

  test('a model that has seen the dataset is marked and not suggested; the same seed gives the same figures', async () => {
    const { all, listed } = await models()
    const seen = listed.map((model) => ({ ...model, hasSeenDataset: model.ref !== 'run:random' }))
    const one = analyseJob(
      { ...job, models: all },
      { type: 'transferability', params: { samples: 30 } },
      { models: seen },
    )
    const first = await runToyAnalysis(one)
    expect(first.finding.facts['best']).toBe('run:random')
    expect(first.finding.facts['samples']).toBe(30)
    expect((await runToyAnalysis(one)).finding).toEqual(first.finding)
  })

  test('chosen models alone; nothing to compare is told', async () => {
    const { all, listed } = await models()
    const some = analyseJob(
      { ...job, models: all },
      { type: 'transferability', params: { models: ['run:random'] } },
      { models: listed },
    )
    expect((await runToyAnalysis(some)).finding.facts['best']).toBe('run:random')
    await expect(runToyAnalysis(analyseJob(job, { type: 'transferability', params: {} }))).rejects.toThrow(
      'Received: none',
    )
  })

  test('cancel leaves without an answer', async () => {
    const { all, listed } = await models()
    const one = analyseJob({ ...job, models: all }, { type: 'transferability', params: {} }, { models: listed })
    const run = await runToyAnalysis(one, 2)
    expect([run.outcome, run.finding]).toEqual(['cancelled', undefined])
  })
})

describe('advisor', () => {
  test('measures size and similarity, names the rule and makes its spec', async () => {
    const run = await runToyAnalysis(analyseJob(job, { type: 'advisor', params: { trialSeconds: 0 } }))
    const { facts, words, suggestions } = run.finding
    expect([facts['size'], facts['trialEpochs']]).toEqual(['small', null])
    expect(words).toContain('fewer than 50')
    expect(words).toContain('random weights')
    expect(suggestions[0]!.patch).toMatchObject({ strategy: { type: 'feature-extraction' }, freeze: { all: true } })
    expect(run.exhibits.map(({ id }) => id)).toEqual(expect.arrayContaining(['measurements', 'rules']) as string[])
  })

  test('a trial of a few seconds trains and is told; it may overrule', async () => {
    const before = nativeRuntime().tf.memory().numTensors
    const run = await runToyAnalysis(analyseJob(job, { type: 'advisor', params: { trialSeconds: 2 } }))
    expect(nativeRuntime().tf.memory().numTensors).toBe(before)
    const { facts, words } = run.finding
    expect(facts['trialEpochs']).toBeGreaterThanOrEqual(1)
    expect(facts['trialFineTuned']).toBeGreaterThan(0.2)
    expect(words).toMatch(/the trial overrules the rule|does not speak against the rule/)
  })

  test('what the base was trained on is compared by proxy A-distance: the same data are near', async () => {
    const other = await toyJob({ strategy: 'fine-tuning', folder: join(temporaryFolder(), 'other') })
    const run = await runToyAnalysis(
      analyseJob(
        { ...job, datasets: { bars: other.manifest } },
        { type: 'advisor', params: { trialSeconds: 0 } },
        { baseDomain: 'bars' },
      ),
    )
    expect(run.finding.facts['distance']).toBeLessThan(0.5)
    expect(run.finding.words).toContain('proxy A-distance')
  })

  test('without a reused layer, and without a label, it says what is missing', async () => {
    const states = Object.fromEntries(job.network.layers.map(({ name }) => [name, 'fresh' as const]))
    const fresh = analyseJob({ ...job, states, weights: null, cachedUpTo: null }, { type: 'advisor', params: {} })
    expect((await runToyAnalysis(fresh)).finding.words).toContain('nothing to transfer')
    const items = { labelled: 0, unlabelled: 60, classCounts: [0, 0, 0] }
    const none = analyseJob(job, { type: 'advisor', params: {} }, { items, baseDomain: 'digits' })
    const { suggestions } = (await runToyAnalysis(none)).finding
    expect(suggestions[0]!.patch).toEqual({ dataset: 'digits', strategy: { type: 'dann', target: 'bars' } })
  })
})
