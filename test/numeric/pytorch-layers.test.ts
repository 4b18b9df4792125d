import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

interface Reference {
  readonly x: number[]
  readonly cases: {
    readonly name: string
    readonly layers: [LayerType, Record<string, unknown>][]
    readonly y: number[]
    /** Of the last layer. */
    readonly weights: Record<string, { shape: number[]; values: number[] }>
  }[]
}

/** Made by build/verify-imports/layers.py. */
const file = new URL('../fixtures/imports/layers/pytorch.json', import.meta.url)
const { x, cases } = JSON.parse(readFileSync(file, 'utf8')) as Reference
const SHAPE = [7, 6, 4]

function chain(parts: Reference['cases'][number]['layers']): Network {
  const layers: Layer[] = [{ name: 'input', type: 'InputLayer', config: { shape: SHAPE }, inputs: [], block: 'b' }]
  for (const [i, [type, config]] of parts.entries()) {
    const name = i === parts.length - 1 ? 'it' : `before${i}`
    layers.push({ name, type, config, inputs: [layers.at(-1)!.name], block: 'b' })
  }
  return { name: 'chain', blocks: [], layers, outputs: ['it'], features: 'it' }
}

test.each(cases)('$name gives what PyTorch gives', ({ layers, y, weights }) => {
  const { tf } = nativeRuntime()
  const network = chain(layers)
  const values = Object.entries(weights).map(([name, weight]) => {
    return [`it/${name}`, { shape: weight.shape, values: Float32Array.from(weight.values) }] as const
  })
  const model = createModel(tf, network, new Map(values), 0)
  const output = tf.tidy(() =>
    model
      .forward(tf.tensor(x, [2, ...SHAPE]))[0]!
      .dataSync()
      .slice(),
  )
  model.dispose()
  expect(output.length).toBe(
    2 *
      inferNetwork(network)
        .shapes.get('it')!
        .reduce((a, b) => a * b, 1),
  )
  expect(output.length).toBe(y.length)
  expect(largestDifference(output, y)).toBeLessThan(5e-6)
})
