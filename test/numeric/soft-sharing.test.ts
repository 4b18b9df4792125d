import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Network } from '../../src-main/contract/network.ts'
import { createInference } from '../../src-main/learning/engine/model/inference.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'
import {
  linkDistance,
  linkPenalty,
  linksOf,
} from '../../src-main/learning/strategies/multi-task-soft/layer-distance.ts'
import { taskCopies } from '../../src-main/learning/network/task-copies.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { toyExtras, withStrategy } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob } from '../support/toy-run.ts'

const runtime = nativeRuntime()
const { tf } = runtime

const network: Network = {
  name: 'two',
  blocks: [{ name: 'all', label: 'All' }],
  layers: [
    { name: 'input', type: 'InputLayer', config: { shape: [2] }, inputs: [], block: 'all' },
    { name: 'hidden', type: 'Dense', config: { units: 2 }, inputs: ['input'], block: 'all' },
    { name: 'head_a', type: 'Dense', config: { units: 1 }, inputs: ['hidden'], block: 'all' },
    { name: 'head_b', type: 'Dense', config: { units: 1 }, inputs: ['hidden'], block: 'all' },
  ],
  outputs: ['head_a', 'head_b'],
  features: 'hidden',
}
const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
const copiesWith = (stitchAfter: string[]) =>
  taskCopies({ network, states, sharedUpTo: null, stitchAfter: new Set(stitchAfter) })

function given(values: Record<string, readonly number[]>, of: Network): WeightValues {
  const start = new Map(initialWeights(of, { states: {}, base: null, seed: 1 }))
  for (const [name, all] of Object.entries(values)) {
    start.set(name, { shape: start.get(name)!.shape, values: Float32Array.from(all) })
  }
  return start
}

describe('the distance of linked layers', () => {
  const copies = copiesWith([])
  const weights = given(
    {
      'a.hidden/kernel': [1, 2, 3, 4],
      'b.hidden/kernel': [1, 0, 3, 7],
      'a.hidden/bias': [0, 0],
      'b.hidden/bias': [0, 1],
    },
    copies.network,
  )
  const links = linksOf(copies, new Map([['hidden', 0.5]]))

  test('lambda times the squared Frobenius distance, over kernel and bias', () => {
    const model = createModel(tf, copies.network, weights, 1)
    // 4 + 9 + 1
    expect(tf.tidy(() => linkPenalty(tf, links, model.weights).dataSync()[0]!)).toBeCloseTo(7, 5)
    expect(linkDistance(links[0]!, weights, () => true)).toBeCloseTo(Math.sqrt(14), 6)
    model.dispose()
  })

  test('its gradient is 2 lambda (W_a - W_b), and the opposite', () => {
    const model = createModel(tf, copies.network, weights, 1)
    const names = ['a.hidden/kernel', 'b.hidden/kernel']
    const variables = names.map((name) => model.weights.get(name)!)
    const gradients = tf.tidy(() => {
      const { grads } = tf.variableGrads(() => linkPenalty(tf, links, model.weights), variables)
      return variables.map(({ name }) => [...grads[name]!.dataSync()])
    })
    expect(largestDifference(gradients[0]!, [0, 2, 0, -3])).toBeLessThan(1e-6)
    expect(largestDifference(gradients[1]!, [0, -2, 0, 3])).toBeLessThan(1e-6)
    model.dispose()
  })
})

test('a cross-stitch unit gives a_AA x_A + a_AB x_B, in training and in compiled inference', () => {
  const { network: whole } = copiesWith(['hidden'])
  const weights = given(
    {
      'a.hidden/kernel': [1, 0, 0, 1],
      'b.hidden/kernel': [0, 10, 20, 0],
      'a.hidden.from.a/gamma': [0.9, 0.8],
      'a.hidden.from.b/gamma': [0.1, 0.2],
      'head_a/kernel': [1, 100],
    },
    whole,
  )
  // x = (1, 2): x_A = (1, 2), x_B = (40, 10); mixed (4.9, 3.6); head 4.9 + 360.
  const model = createModel(tf, whole, weights, 1)
  const [direct] = tf.tidy(() => model.forward(tf.tensor2d([[1, 2]])).map((y) => y.dataSync()[0]!))
  expect(direct).toBeCloseTo(364.9, 3)
  const samples: Pick<Samples, 'shape' | 'layer' | 'storage' | 'normalisation' | 'changes'> = {
    shape: [2],
    layer: null,
    storage: 'float32',
    normalisation: null,
    changes: null,
  }
  const inference = createInference(runtime, {
    network: whole,
    weights,
    samples: samples as Samples,
    precision: 'float32',
  })
  expect(inference.run(Float32Array.of(1, 2))[0]![0]).toBeCloseTo(364.9, 3)
  inference.dispose()
  model.dispose()
})

describe('a run with soft sharing', () => {
  const job = async (more: Record<string, unknown>) => {
    const plain = await toyJob({ strategy: 'multi-task-soft', trainedBlocks: ['block2'], spec: { epochs: 3 } })
    const one = await toyExtras['multi-task-soft']!(plain, join(plain.folder, '..'))
    return withStrategy(one, { compareAlone: false, ...more })
  }

  test('a stronger link keeps the networks closer; distances are series and an exhibit', async () => {
    const distances = await Promise.all([0, 1].map(async (strength) => {
      const run = await runToy(await job({ sharing: 'distance', strength }))
      const last = messagesOf(run, 'epoch').at(-1)!.metrics
      const [exhibit] = messagesOf(run, 'exhibit').flatMap(({ exhibit: one }) => (one.id === 'distances' ? [one] : []))
      expect(exhibit?.kind).toBe('curves')
      if (exhibit?.kind === 'curves') {
        const series = exhibit.series.find(({ name }) => name === 'new1_dense')!
        expect(series.x).toEqual([0, 1, 2, 3])
        expect(series.y[0]).toBe(0)
        expect(series.y[3]).toBe(last['distance.new1_dense'])
      }
      return last
    })) // prettier-ignore
    for (const name of ['distance.block2_conv', 'distance.new1_dense']) {
      expect(distances[0]![name]).toBeGreaterThan(0.01)
      expect(distances[1]![name]!).toBeLessThan(distances[0]![name]! / 2)
    }
  })

  test('the main task’s network alone is saved under the plan’s names, with the weights of its copy', async () => {
    const both = await Promise.all(['all', 'main'].map(async (keep) => {
      const one = await job({ sharing: 'distance', keep, mainTask: 'height' })
      await runToy(one)
      const folder = join(one.folder, 'model')
      const saved = JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8')) as Network
      return { saved, weights: readAllFloat32(join(folder, 'weights.safetensors')), network: one.network }
    })) // prettier-ignore
    const [all, main] = both
    expect(all!.saved.outputs).toEqual(main!.network.outputs)
    expect(main!.saved.outputs).toEqual(['head_height'])
    const plain = main!.network.layers.map(({ name }) => name).filter((name) => !/^head_(label|is_top)$/.test(name))
    expect(main!.saved.layers.map(({ name }) => name)).toEqual(plain)
    const kernel = (of: typeof all, name: string) => [...of!.weights.get(name)!.values]
    expect(kernel(main, 'new1_dense/kernel')).toEqual(kernel(all, 'height.new1_dense/kernel'))
    expect(kernel(main, 'block1_conv/kernel')).toEqual(kernel(all, 'block1_conv/kernel'))
    expect(kernel(main, 'head_height/kernel')).toEqual(kernel(all, 'head_height/kernel'))
  })
})
