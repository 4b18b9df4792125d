import { expect, it } from 'vitest'
import { correctedBiases, metByKernels } from '../../../../src-main/learning/exporters/quantization/correct-biases.ts'
import { lower } from '../../../../src-main/learning/operations/lower.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'

/** The weights' own sum for an input that is its mean everywhere, of int8 weights and of real ones, the corrected bias with the first. */
it.each([
  ['a convolution of groups', ['Conv2D', { filters: 6, kernel_size: 1, groups: 2 }] as const, 2],
  ['a depthwise convolution', ['DepthwiseConv2D', { kernel_size: 1 }] as const, 1],
  ['a convolution without a bias', ['Conv2D', { filters: 3, kernel_size: 1, use_bias: false }] as const, 4],
])('%s: on what it meets on average, int8 weights give what real ones give', (_name, layer, inner) => {
  const graph = lower(chainModel(chain([layer])), { batchNorm: 'folded' })
  const [kernel, bias] = graph.operations[0]!.inputs.slice(1) as [string, string]
  const mean = Float64Array.of(0.7, -2, 3, 0.1)
  const corrected = correctedBiases(graph, new Map([['input', mean]]))
  const weights = graph.constants.get(kernel)!.values()
  const [before, after] = [graph, corrected].map(({ constants }) => constants.get(bias)!.values()) as [Float32Array, Float32Array] // prettier-ignore
  const channels = before.length
  const perGroup = (channels * inner) / mean.length
  before.forEach((term, c) => {
    const own = Array.from({ length: inner }, (_, i) => weights[i * channels + c]!)
    const met = own.map((_, i) => mean[Math.floor(c / perGroup) * inner + i]!)
    const scale = Math.max(...own.map(Math.abs)) / 127
    const sum = (values: number[]) => values.reduce((total, value, i) => total + value * met[i]!, 0)
    const int8 = sum(own.map((value) => Math.round(value / scale) * scale))
    expect(int8 + after[c]!).toBeCloseTo(sum(own) + term, 5)
  })
  expect(corrected.constants.get('head/bias')!.values()).toEqual(graph.constants.get('head/bias')!.values())
})

it('needs the means of what kernels meet, and of nothing else', () => {
  const graph = lower(chainModel(chain([['ReLU', {}], ['Conv2D', { filters: 3, kernel_size: 1 }]])), { batchNorm: 'folded' }) // prettier-ignore
  expect([...metByKernels(graph)]).toEqual(['layer0', 'flat'])
})
