import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { LayerType } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { lower } from '../../src-main/learning/operations/lower.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { chain, chainModel, operationNetworks, wholeNetworks } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'

describe('operations', () => {
  it('the networks hold every layer type', () => {
    const types = Object.values(wholeNetworks()).flatMap(({ layers }) => layers.map(({ type }) => type))
    expect([...new Set(types)].sort()).toEqual(LayerType.options.toSorted())
  })

  it.each(Object.entries(operationNetworks()))('%s: they give what the network gives', (_name, network) => {
    const tf = nativeRuntime().tf
    tf.setBackend('tensorflow')
    const model = chainModel(network)
    const values = new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }])) // prettier-ignore
    const inside = createModel(tf, network, values, 0)
    const shape = [2, ...inferNetwork(network).shapes.get('input')!]
    const random = seededRandom(3, 'x')
    const x = tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 4 - 2), shape) // prettier-ignore
    const [expected] = tf.tidy(() => inside.forward(x).map((y) => y.dataSync<'float32'>().slice()))
    for (const batchNorm of ['kept', 'folded'] as const) {
      const [received] = runOperations(tf, lower(model, { batchNorm }), x)
      expect(largestDifference(received!, expected!), batchNorm).toBeLessThan(1e-5)
    }
    expect(largestDifference(expected!.slice(0, 3), expected!.slice(3))).toBeGreaterThan(1e-3)
    inside.dispose()
    x.dispose()
  })

  it('a folded BatchNormalization is none of its own; a kept one is', () => {
    const network = chain([['Conv2D', { filters: 2, kernel_size: 1 }], ['BatchNormalization', {}]]) // prettier-ignore
    const of = (batchNorm: 'kept' | 'folded') => lower(chainModel(network), { batchNorm }).operations.map(({ op, name }) => `${name} ${op}`) // prettier-ignore
    expect(of('folded')).toEqual(['layer1 convolution', 'flat reshape', 'head dense'])
    const { constants } = lower(chainModel(network), { batchNorm: 'folded' })
    expect([...constants.keys()]).toEqual(['layer0/kernel', 'layer0/bias', 'head/kernel', 'head/bias'])
    expect(of('kept')).toEqual(['layer0 convolution', 'layer1 batchNormalization', 'flat reshape', 'head dense'])
  })
})
