import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { Manifest, type TrainJob } from '../../src-main/contract/trainer.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { analyseJob, runToyAnalysis } from '../support/analyse-toy.ts'
import { toyJob } from '../support/toy-run.ts'
import { withTarget } from '../support/toy-target.ts'

let job: TrainJob
beforeAll(async () => {
  const plain = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'] })
  job = await withTarget(plain, plain.folder)
  job = { ...job, spec: { ...job.spec, strategy: { type: 'fine-tuning' } } }
})

const gap = (one: TrainJob, params: Record<string, unknown> = {}) =>
  runToyAnalysis(analyseJob(one, { type: 'domain-gap', params: { target: 'target', ...params } }))

/** The job with another manifest as its target. */
function withManifest(
  name: string,
  change: (manifest: Manifest) => Manifest,
  from = job.datasets['target']!,
): TrainJob {
  const path = `${job.manifest}.${name}.json`
  writeFileSync(path, JSON.stringify(change(Manifest.parse(JSON.parse(readFileSync(from, 'utf8'))))))
  return { ...job, datasets: { target: path } }
}

describe('domain gap', () => {
  test('brighter images of less contrast are far away; adaptation is offered', async () => {
    const before = nativeRuntime().tf.memory().numTensors
    const run = await gap(job)
    expect(nativeRuntime().tf.memory().numTensors).toBe(before)
    expect(run.outcome).toBe('finished')
    const { facts, words, suggestions } = run.finding
    expect(facts['proxyADistance']).toBeGreaterThan(1.5)
    expect(facts['perDomain']).toBe(60)
    expect(facts['mmdPValue']).toBeLessThan(0.01)
    expect(facts['shared']).toBe(0)
    expect(words).toMatch(/"bars" and "target" are .*different|told apart/)
    expect(suggestions.map(({ patch }) => patch)).toEqual([
      { strategy: { type: 'dann', target: 'target' } },
      { strategy: { type: 'adda', target: 'target' } },
    ])
    expect(run.exhibits.map(({ id }) => id)).toEqual(['gap-distance', 'gap-audit', 'gap-priors', 'gap-features'])
    expect((await gap(job)).finding).toEqual(run.finding)
  })

  test('the same images are one dataset, with nothing to adapt', async () => {
    const run = await gap(withManifest('same', (manifest) => manifest, job.manifest))
    expect(run.finding.facts).toMatchObject({ shared: 90, priorShift: 0 })
    expect(run.finding.facts['proxyADistance']).toBeLessThan(0.5)
    expect(run.finding.words).toContain('this is one dataset')
    expect(run.finding.suggestions).toEqual([])
  })

  test('other shares of the classes are told, and shares are of the whole dataset', async () => {
    const uneven = (manifest: Manifest): Manifest => ({
      ...manifest,
      items: manifest.items.map((item) => ({
        ...item,
        targets: item.targets.map((value) => (value === 2 ? 0 : value)),
      })),
    })
    const { finding } = await gap(withManifest('uneven', uneven))
    expect(finding.facts['priorShift']).toBeCloseTo(1 / 3, 1)
    expect(finding.words).toContain('mixed differently')
  })

  test('asks for a dataset and for a layer that is there', async () => {
    await expect(gap(job, { target: null })).rejects.toThrow('to name a dataset')
    await expect(gap(job, { features: 'nowhere' })).rejects.toThrow('Received: nowhere')
  })
})
