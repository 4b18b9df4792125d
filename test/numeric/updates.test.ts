import { expect, test } from 'vitest'
import { headTargets } from '../../src-main/learning/engine/data/feed.ts'
import { describeHead } from '../../src-main/learning/network/head-info.ts'
import { averageDecay, moveAverage } from '../../src-main/learning/engine/step/updates/average.ts'
import { clipByGlobalNorm } from '../../src-main/learning/engine/step/updates/clip.ts'
import { groupPlace } from '../../src-main/learning/engine/step/updates/groups.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { everyLayerNetwork } from '../support/random-network.ts'
import { relativeDifference, runSteps } from '../support/step-run.ts'

const runtime = nativeRuntime()
const { tf } = runtime

test('gradients are scaled down together when their common norm is too large', () => {
  // norm = sqrt(9 + 16 + 144) = 13
  const gradients = () => [tf.tensor1d([3, 4]), tf.scalar(12)]
  const [a, b] = clipByGlobalNorm(tf, gradients(), 6.5).map((tensor) => [...tensor.dataSync()])
  expect(a![0]).toBeCloseTo(1.5, 5)
  expect(a![1]).toBeCloseTo(2, 5)
  expect(b![0]).toBeCloseTo(6, 5)
  const [kept] = clipByGlobalNorm(tf, gradients(), 20).map((tensor) => [...tensor.dataSync()])
  expect(kept).toEqual([3, 4])
})

test('the running average forgets its start soon and then moves by its decay', () => {
  expect([0, 1, 10, 1e6].map((updates) => averageDecay(0.9, updates))).toEqual([0.1, 2 / 11, 11 / 20, 0.9])
  const [average, weight] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 0]))]
  moveAverage(tf, average, weight, tf.scalar(0.75))
  expect([...average.dataSync()]).toEqual([1.5, 1.5])
})

test('label smoothing spreads a share of each label over all classes; missing labels stay out', () => {
  const head = describeHead(
    { name: 'k', type: 'classification', classes: ['a', 'b'], weight: 1, labelSmoothing: 0.1 },
    [],
    false,
  )
  const { target, weight } = headTargets(tf, head, Float64Array.from([1, NaN]), [0, 1], false)
  expect([...target.dataSync()].map((value) => Number(value.toFixed(6)))).toEqual([0.05, 0.95, 0, 0])
  expect([...weight!.dataSync()]).toEqual([1, 0])
})

test('groups of batches: shares by samples, and a smaller group at the end', () => {
  const batches = [4, 4, 4, 4, 2].map((length) => ({ length }))
  expect(batches.map((_, i) => groupPlace(batches, i, 2))).toEqual([
    { share: 0.5, isLast: false },
    { share: 0.5, isLast: true },
    { share: 0.5, isLast: false },
    { share: 0.5, isLast: true },
    { share: 1, isLast: true },
  ])
  expect(groupPlace(batches, 3, 5).share).toBeCloseTo(4 / 18)
})

/** Without BatchNorm and Dropout, which see single batches. */
function plainNetwork() {
  const network = everyLayerNetwork()
  const skipped = new Set(network.layers.flatMap(({ name, type }) => (/BatchNorm|Dropout/.test(type) ? [name] : [])))
  const before = new Map(network.layers.map(({ name, inputs }) => [name, inputs[0]]))
  const follow = (name: string): string => (skipped.has(name) ? follow(before.get(name)!) : name)
  const layers = network.layers
    .filter(({ name }) => !skipped.has(name))
    .map((layer) => ({ ...layer, inputs: layer.inputs.map(follow) }))
  return { ...network, layers, features: follow(network.features) }
}

test('two batches collected make the update of one batch of both', () => {
  const network = plainNetwork()
  const optimizer = { type: 'sgd', momentum: 0.9 }
  const once = runSteps(runtime, { network, optimizer, batch: 12, steps: 1 })
  const twice = runSteps(runtime, { network, optimizer, batch: 6, steps: 2, updates: { accumulate: 2 } })
  expect(relativeDifference(once, twice)).toBeLessThan(1e-5)
})

test('all of it together: compiled = eager', () => {
  const updates = { accumulate: 3, gradientClip: 0.5, weightAverage: 0.8 }
  const options = { network: everyLayerNetwork(), optimizer: { type: 'adam', epsilon: 1e-3 }, updates, steps: 12 }
  const eager = runSteps({ ...runtime, isEager: true }, options)
  const compiled = runSteps(runtime, options)
  expect(compiled.isCompiled).toBe(true)
  expect(relativeDifference(eager, compiled)).toBeLessThan(1e-5)
})
