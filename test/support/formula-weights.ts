import type { Network } from '../../src-main/contract/network.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** [out, in] or [out], `part` of `parts` along out, as [in, ...inner] or [...inner]. */
export function fromLinear(values: readonly number[], inputs: number, part: number, parts: number): number[] {
  const outputs = values.length / inputs / parts
  const own = values.slice(part * outputs * inputs, (part + 1) * outputs * inputs)
  return Array.from({ length: own.length }, (_, i) => own[(i % outputs) * inputs + Math.floor(i / outputs)]!)
}

/** timm's name of the tensor that a weight comes from, with its part of it, and the order of the axes there. */
function timmSource(fullName: string): { name: string; part: number; parts: number } {
  const attention = /^(.*attn)\/(query|key|value|attention_output)_(kernel|bias)$/.exec(fullName)
  const kind = (weight: string) => (weight === 'bias' || weight === 'beta' ? 'bias' : 'weight')
  if (attention !== null) {
    const [, layer, projection, weight] = attention as unknown as string[]
    const part = ['query', 'key', 'value'].indexOf(projection!)
    return part === -1
      ? { name: `${layer}.proj.${kind(weight!)}`, part: 0, parts: 1 }
      : { name: `${layer}.qkv.${kind(weight!)}`, part, parts: 3 }
  }
  const [layer, weight] = fullName.split('/') as [string, string]
  const isItself = ['token', 'embedding'].includes(weight) || layer.endsWith('.gamma')
  return { name: isItself ? layer : `${layer}.${kind(weight)}`, part: 0, parts: 1 }
}

/** The reference's weights by their formula, in Graft's layouts. */
export function formulaWeights(network: Network) {
  const entries = inferNetwork(network).weights.map(({ fullName, shape }) => {
    const { name, part, parts } = timmSource(fullName)
    const size = product(shape) * parts
    const all = Array.from({ length: size }, (_, i) => Math.fround(0.5 * Math.sin(0.7 * i * i + name.length)))
    // PyTorch's axes are [out, in, ...window]: what Graft has as [...window, in, out], or [in, out].
    const isKernel = fullName.endsWith('kernel')
    const out = /(query|key|value)_kernel$/.test(fullName) ? product(shape.slice(1)) : shape.at(-1)!
    const isDepthwise = fullName.endsWith('depthwise_kernel')
    const own = all.slice((part * size) / parts, ((part + 1) * size) / parts)
    const values = !isKernel
      ? own
      : shape.length === 4
        ? fromWindows(own, isDepthwise ? [...shape.slice(0, 2), 1, shape[2]!] : shape)
        : fromLinear(own, own.length / out, 0, 1)
    return [fullName, { shape, values: Float32Array.from(values) }] as const
  })
  return new Map(entries)
}

/** [out, in, height, width] -> [height, width, in, out]. */
function fromWindows(values: readonly number[], [height, width, inputs, outputs]: readonly number[]): number[] {
  const area = height! * width!
  return Array.from({ length: values.length }, (_, i) => {
    const [o, c, place] = [i % outputs!, Math.floor(i / outputs!) % inputs!, Math.floor(i / outputs! / inputs!)]
    return values[(o * inputs! + c) * area + place]!
  })
}
