import type { Pair } from '../../operations/graph.ts'

/** What a frozen network is before its numbers have a format: few kinds of nodes over images, channels last, operations that a kernel can do along with its own
 *  already joined to it. A node's value has the name of the last operation that went into it (learning/operations). */
export type FrozenNode = NodeBase &
  (
    | KernelNode
    | ({ readonly kind: 'add' | 'multiply'; readonly second: string } & RealBounds)
    /** Element by element. */
    | { readonly kind: 'lookup'; readonly of: (x: number) => number }
    /** Over the channels; `input` is the first. */
    | { readonly kind: 'concatenate'; readonly others: readonly string[] }
    | ({ readonly kind: 'maxPool' } & NodeWindows)
    | ({ readonly kind: 'averagePool' } & NodeWindows & RealBounds)
  )

interface NodeBase {
  readonly name: string
  /** Names of nodes, or of the network's input. */
  readonly input: string
  readonly shape: ImageShape
}

export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Of real numbers; infinite: none. */
export interface RealBounds {
  readonly low: number
  readonly high: number
}

export interface NodeWindows {
  readonly size: Pair
  readonly strides: Pair
  readonly dilations: Pair
  /** Above and at the left. */
  readonly pads: Pair
}

export interface KernelNode extends NodeWindows, RealBounds {
  readonly kind: 'convolution' | 'depthwise'
  /** Of a depthwise one: the channels. */
  readonly groups: number
  /** As in frozen-program.ts: (kh, kw, in / groups, out); depthwise: (kh, kw, channels). */
  readonly weights: () => Float32Array
  readonly bias: () => Float32Array
  /** A value of the output's shape that is added before the bounds. */
  readonly added: string | null
  /** Its values are the input's, with zeros around them. */
  readonly isCopy?: true
}

/** A frozen network as nodes in an order in which each comes after those that it reads. */
export interface FrozenNodes {
  readonly input: FrozenInput
  readonly nodes: readonly FrozenNode[]
  readonly output: string
}

export interface FrozenInput {
  readonly name: string
  readonly shape: ImageShape
  /** What the network itself does to its input first, per channel: x * scale + shift. */
  readonly scale: Float64Array
  readonly shift: Float64Array
}
