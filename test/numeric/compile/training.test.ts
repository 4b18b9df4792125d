import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { optimizers } from '../../../src-main/learning/optimizers/index.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { everyLayerNetwork, importedLayersNetwork, randomNetwork } from '../../support/random-network.ts'
import { transformerNetwork } from '../../support/transformer-network.ts'
import { relativeDifference, runSteps, type StepRunOptions } from '../../support/step-run.ts'

const eager = { ...nativeRuntime(), isEager: true }
const compiled = nativeRuntime()

/** Both ways, step by step. */
function compare(options: StepRunOptions) {
  const plain = runSteps(eager, options)
  const graph = runSteps(compiled, options)
  expect(plain.isCompiled).toBe(false)
  expect(graph.isCompiled).toBe(true)
  graph.losses.forEach((loss, i) => {
    expect(Math.abs(loss - plain.losses[i]!) / Math.max(1, plain.losses[i]!), `step ${i + 1}`).toBeLessThan(1e-5)
  })
  return { plain, graph, difference: relativeDifference(plain, graph) }
}

describe('a compiled step computes what its ops compute one by one', () => {
  const plans = [
    ['all layers learn', new Set<string>()],
    [
      'the lower half is frozen',
      new Set(
        everyLayerNetwork()
          .layers.slice(0, 8)
          .map(({ name }) => name),
      ),
    ],
  ] as const
  for (const [plan, frozen] of plans) {
    test.each(optimizers.map(({ type }) => type))(`%s, 20 steps through every layer type; ${plan}`, (type) => {
      // Dividing by roots of tiny squares blows rounding up: a larger epsilon and smaller steps keep it in bounds.
      const optimizer = type === 'sgd' ? { type, learningRate: 0.1 } : { type, epsilon: 1e-3 }
      const learningRate = type === 'rmsprop' ? 0.002 : 0.02
      const { difference, plain } = compare({
        network: everyLayerNetwork(),
        optimizer,
        learningRate,
        frozen,
        steps: 20,
      })
      expect(difference).toBeLessThan(1e-5)
      expect(plain.losses[0]).not.toBe(plain.losses[1])
    })
  }

  test.each(optimizers.map(({ type }) => type))('%s, 20 steps through every layer of transformers', (type) => {
    const optimizer = type === 'sgd' ? { type, learningRate: 0.1 } : { type, epsilon: 1e-3 }
    const learningRate = type === 'rmsprop' ? 0.002 : 0.02
    const { difference, plain } = compare({ network: transformerNetwork(), optimizer, learningRate, steps: 20 })
    expect(difference).toBeLessThan(1e-5)
    expect(plain.losses[0]).not.toBe(plain.losses[1])
  })

  test.each([
    { type: 'sgd', momentum: 0 },
    { type: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
    { type: 'adam', weightDecay: 0.01, epsilon: 1e-3 },
    { type: 'adamw', weightDecay: 0.1, epsilon: 1e-3 },
    { type: 'rmsprop', momentum: 0.5, epsilon: 1e-3 },
  ])('$type with all of its options: %o', (optimizer) => {
    const learningRate = optimizer.type === 'rmsprop' ? 0.002 : 0.02
    const { difference } = compare({ network: everyLayerNetwork(), optimizer, learningRate, steps: 20 })
    expect(difference).toBeLessThan(1e-5)
  })

  test.each([0, 9])('the layers of imported networks, 20 steps, the first %i frozen', (count) => {
    const network = importedLayersNetwork()
    const frozen = new Set(network.layers.slice(0, count).map(({ name }) => name))
    const { difference, plain } = compare({
      network,
      optimizer: { type: 'adam', epsilon: 1e-3 },
      learningRate: 0.02,
      frozen,
      steps: 20,
    })
    expect(difference).toBeLessThan(1e-5)
    expect(plain.losses[0]).not.toBe(plain.losses[1])
  })

  test.each(Array.from({ length: 24 }, (_, i) => i + 1))('random network %i', (seed) => {
    const random = seededRandom(seed, 'network')
    const network = randomNetwork(random)
    const frozen = new Set(network.layers.slice(1, -1).flatMap(({ name }) => (random() < 0.3 ? [name] : [])))
    const type = optimizers[Math.floor(random() * optimizers.length)]!.type
    const optimizer = type === 'sgd' ? { type } : { type, epsilon: 1e-2 }
    const batch = 2 + Math.floor(random() * 6)
    const { difference } = compare({ network, optimizer, frozen, batch, seed, steps: 6 })
    expect(difference, JSON.stringify(network.layers.map(({ type: t, config }) => ({ t, ...config })))).toBeLessThan(
      1e-5,
    )
  })
})
