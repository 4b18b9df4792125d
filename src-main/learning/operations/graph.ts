/** A network as operations that ONNX, TensorFlow and LiteRT all have, each written once for all of them: lower.ts makes it, the formats write it.
 *  Values are float32, channels last, the batch axis first; shapes here leave the batch axis out, and axes count without it. */
export interface OperationGraph {
  readonly input: GraphValue
  /** In topological order. */
  readonly operations: readonly Operation[]
  /** By name, those that an operation reads. */
  readonly constants: ReadonlyMap<string, Constant>
  /** Of every value that an operation makes, and of the input, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** One a head, in their order. */
  readonly outputs: readonly GraphValue[]
}

export interface GraphValue {
  readonly name: string
  readonly shape: readonly number[]
}

export interface Constant {
  /** Whole: a constant has no batch axis. It broadcasts against a value from the last axis on. */
  readonly shape: readonly number[]
  readonly values: () => Float32Array
  /** Zeros for a bias that the layer has not: a format in which a bias may be missing leaves it out. */
  readonly isAbsent?: true
  /** Of a kernel whose weights are whole numbers already: what each output channel's are times. A format with int8 weights takes over both. */
  readonly scales?: readonly number[]
}

/** `inputs` are values, then constants. The output has the operation's name; that of a network's layer has the layer's. What a layer needs
 *  before that is named `<layer>/<step>`, its constants `<layer>/<weight>` (a kernel that a BatchNormalization went into keeps its own layer's). A
 *  layer that does nothing in inference has no operation. */
export type Operation = { readonly name: string; readonly inputs: readonly string[] } & OperationKind

export type Pair = readonly [number, number]
/** [[top, bottom], [left, right]] */
export type Pads = readonly [Pair, Pair]

export type OperationKind =
  /** x, kernel [kh, kw, in / groups, out], bias [out]. Padded with zeros. */
  | { readonly op: 'convolution'; readonly strides: Pair; readonly dilations: Pair; readonly pads: Pads; readonly groups: number } // prettier-ignore
  /** x, kernel [kh, kw, channels, 1], bias [channels]. */
  | { readonly op: 'depthwiseConvolution'; readonly strides: Pair; readonly dilations: Pair; readonly pads: Pads }
  /** x [..., in], kernel [in, out], bias [out]. */
  | { readonly op: 'dense' }
  /** a [..., m, k], b [..., k, n], or [..., n, k] where it is transposed. */
  | { readonly op: 'matrixProduct'; readonly isSecondTransposed: boolean }
  /** x, gamma, beta, mean, variance, each [channels]: gamma (x - mean) / sqrt(variance + epsilon) + beta. */
  | { readonly op: 'batchNormalization'; readonly epsilon: number }
  /** x, gamma, beta, each [features], over the last axis. */
  | { readonly op: 'layerNormalization'; readonly epsilon: number }
  /** Values or constants that broadcast. */
  | { readonly op: 'add' | 'multiply' }
  | { readonly op: UnaryOperation }
  /** `min` may be -Infinity: no bound below. */
  | { readonly op: 'clip'; readonly min: number; readonly max: number }
  | { readonly op: 'leakyRelu'; readonly slope: number }
  /** x, alpha: of as many axes as x has without the batch, 1 along shared ones. */
  | { readonly op: 'prelu' }
  /** Over the last axis. */
  | { readonly op: 'softmax' }
  /** A padded place never is the maximum. */
  | { readonly op: 'maxPool'; readonly size: Pair; readonly strides: Pair; readonly pads: Pads }
  /** A padded place does not count. */
  | { readonly op: 'averagePool'; readonly size: Pair; readonly strides: Pair; readonly pads: Pads }
  | { readonly op: 'mean' | 'maximum'; readonly axes: readonly number[]; readonly keepsAxes: boolean }
  /** With zeros, before and after each axis. */
  | { readonly op: 'pad'; readonly pads: readonly Pair[] }
  | { readonly op: 'slice'; readonly begin: readonly number[]; readonly size: readonly number[] }
  /** Bilinear between the middles of pixels (half_pixel, no aligned corners), beyond the outermost ones their value. */
  | { readonly op: 'upSample'; readonly factors: Pair; readonly interpolation: 'nearest' | 'bilinear' }
  | { readonly op: 'reshape'; readonly shape: readonly number[] }
  /** Order of the axes without the batch axis, which stays first. */
  | { readonly op: 'transpose'; readonly order: readonly number[] }
  | { readonly op: 'concatenate'; readonly axis: number }

/** Element by element. `gelu` is the exact one, `geluTanh` the approximation; hardSigmoid is relu6(x + 3) / 6. */
export type UnaryOperation =
  'relu' | 'sigmoid' | 'tanh' | 'silu' | 'gelu' | 'geluTanh' | 'hardSigmoid' | 'hardSilu' | 'elu' | 'selu' | 'softplus'
