import { expect, test } from 'vitest'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { analyseJob, runToyAnalysis } from '../support/analyse-toy.ts'
import { runToy, toyJob } from '../support/toy-run.ts'

const job = (strategy: string, blocks: string[] = [], spec = {}) =>
  toyJob({ strategy, trainedBlocks: blocks, spec: { epochs: 2, ...spec } })
const finder = { type: 'rate-finder', params: {} }

test('sweeps from 1e-7, ends where the loss breaks, and suggests a rate in between', async () => {
  const before = nativeRuntime().tf.memory().numTensors
  const run = await runToyAnalysis(analyseJob(await job('fine-tuning', ['block2']), finder))
  expect(nativeRuntime().tf.memory().numTensors).toBe(before)
  expect(run.outcome).toBe('finished')
  const { facts, suggestions, words } = run.finding
  const suggestion = Number(facts['suggestion'])
  expect(suggestion).toBeGreaterThan(1e-6)
  expect(suggestion).toBeLessThan(1)
  expect(suggestions).toEqual([{ title: `Use ${suggestion}`, patch: { 'optimizer.learningRate': suggestion } }])
  expect(words).toContain(String(suggestion))
  const [curves] = run.exhibits
  expect(curves?.kind).toBe('curves')
  if (curves?.kind !== 'curves') return
  expect(curves.x.log).toBe(true)
  expect(curves.marks.map(({ x }) => x)).toEqual([suggestion, 0.01])
  expect(curves.series[0]!.x[0]).toBe(1e-7)
  expect(curves.series[0]!.y).toHaveLength(Number(facts['steps']))
})

test('on cached features it finds the same as on images: the frozen part is only computed once', async () => {
  const frozen = await job('feature-extraction')
  const cached = await runToyAnalysis(analyseJob(frozen, finder))
  const whole = await runToyAnalysis(analyseJob({ ...frozen, cachedUpTo: null }, finder))
  // Beyond, rates are so large that differences in the last place grow.
  const curve = ({ exhibits: [curves] }: typeof cached) =>
    curves?.kind === 'curves' ? curves.series[0]!.y.slice(0, 60) : []
  expect(curve(cached)).toHaveLength(60)
  expect(largestDifference(curve(cached), curve(whole))).toBeLessThan(1e-4)
})

test('the rate after unfreezing is the one that is suggested where the strategy has one', async () => {
  const strategy = { type: 'fine-tuning', unfreezeLearningRate: 0.001 }
  const run = await runToyAnalysis(analyseJob(await job('fine-tuning', ['block2'], { strategy }), finder))
  expect(run.finding.facts['current']).toBe(0.001)
  expect(Object.keys(run.finding.suggestions[0]!.patch)).toEqual(['strategy.unfreezeLearningRate'])
})

test('the same seed finds the same; a run of the spec is the same after it', async () => {
  const one = await job('fine-tuning', ['block2'])
  const untouched = await runToy(await job('fine-tuning', ['block2']))
  const first = await runToyAnalysis(analyseJob(one, finder))
  expect((await runToyAnalysis(analyseJob(one, finder))).finding).toEqual(first.finding)
  expect((await runToy(one)).points).toEqual(untouched.points)
})

test('cancel leaves within a step', async () => {
  const run = await runToyAnalysis(analyseJob(await job('fine-tuning', ['block2']), finder), 5)
  expect(run.outcome).toBe('cancelled')
  expect(run.exhibits).toEqual([])
})
