import type { Operation, OperationGraph, Pads, Pair } from '../../operations/graph.ts'
import type { FrozenNode, ImageShape, KernelNode, NodeWindows } from './frozen-node.ts'

export type Kernel = Extract<FrozenNode, KernelNode>

const UNBOUNDED = { low: -Infinity, high: Infinity, added: null } as const
export const ONE_PLACE: NodeWindows = { size: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0] }

type Of<K extends Operation['op']> = Extract<Operation, { op: K }>

/** A convolution, depthwise or not, or a dense layer (over all places of its input) as a node. */
export function kernelNode(
  operation: Of<'convolution'> | Of<'depthwiseConvolution'> | Of<'dense'>,
  { constants }: Pick<OperationGraph, 'constants'>,
  place: { readonly input: string; readonly from: ImageShape; readonly shape: ImageShape },
): Kernel {
  const [, kernelName, biasName] = operation.inputs as [string, string, string]
  const kernel = constants.get(kernelName)!
  const { from, ...base } = place
  const shared = {
    name: operation.name,
    ...base,
    ...UNBOUNDED,
    weights: kernel.values,
    bias: constants.get(biasName)!.values,
  }
  if (operation.op === 'dense') {
    // Of a value of one axis it reads all places, of an image each by itself.
    const size: Pair = kernel.shape[0] === from.channels ? [1, 1] : [from.height, from.width]
    return { ...shared, ...ONE_PLACE, size, kind: 'convolution', groups: 1 }
  }
  const windows = windowsOf(operation, [kernel.shape[0]!, kernel.shape[1]!])
  if (operation.op === 'convolution') return { ...shared, ...windows, kind: 'convolution', groups: operation.groups }
  return { ...shared, ...windows, kind: 'depthwise', groups: from.channels }
}

function windowsOf(
  { strides, dilations, pads }: Pick<Of<'convolution'>, 'strides' | 'dilations' | 'pads'>,
  size: NodeWindows['size'],
): NodeWindows {
  return { size, strides, dilations, pads: firstOf(pads) }
}

/** Above and at the left. */
export function firstOf([[top], [left]]: Pads): NodeWindows['pads'] {
  return [top, left]
}

/** x * factor[c] + term[c] as a depthwise convolution of one place. */
export function affineNode(
  base: { readonly name: string; readonly input: string; readonly shape: ImageShape },
  { factors, terms }: Affine,
): Kernel {
  const groups = base.shape.channels
  return { ...base, ...UNBOUNDED, ...ONE_PLACE, kind: 'depthwise', groups, weights: factors, bias: terms }
}

/** Per channel. */
export interface Affine {
  readonly factors: () => Float32Array
  readonly terms: () => Float32Array
}

/** (kernel(x) + bias) * factor + term: the same kernel with other numbers. The channels run fastest in every layout. */
export function scaledKernel(node: Kernel, { factors, terms }: Affine): Kernel {
  const scaled = (values: Float32Array) => {
    const factor = factors()
    return values.map((value, i) => value * factor[i % factor.length]!)
  }
  const shifted = (values: Float32Array) => {
    const term = terms()
    return values.map((value, c) => value + term[c]!)
  }
  return { ...node, weights: () => scaled(node.weights()), bias: () => shifted(scaled(node.bias())) }
}
