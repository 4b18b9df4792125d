/** What an ONNX file holds (onnx.proto of ONNX 1.12, opset 17), as far as Graft writes it. */
export interface OnnxFile {
  readonly input: OnnxInput
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** In topological order. */
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly Initializer[]
  /** Notes beside the graph. */
  readonly notes: Readonly<Record<string, string>>
}

export interface OnnxInput {
  readonly name: string
  /** Without the batch axis, which is open. */
  readonly shape: readonly number[]
  readonly isBytes: boolean
}

/** Whole numbers are integers; `{ float }` says what is none. */
export type Attribute = number | string | readonly number[] | { readonly float: number }

export interface OnnxNode {
  readonly op: string
  /** '' where an optional input is left out. */
  readonly inputs: readonly string[]
  /** Every operator that Graft writes has one; the node has its name. */
  readonly output: string
  readonly attributes: Readonly<Record<string, Attribute>>
}

export interface Initializer {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Float16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array
}
