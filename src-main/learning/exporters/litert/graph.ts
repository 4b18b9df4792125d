import type { Quantization } from '../quantization/quantization.ts'
import type { OperatorCode, TensorType } from './schema.ts'

/** A LiteRT model before it is bytes. Tensors are known by name. */
export interface LiteRtGraph {
  readonly tensors: ReadonlyMap<string, LiteRtTensor>
  /** In topological order; each has one output. */
  readonly operators: readonly LiteRtOperator[]
  readonly input: string
  /** One a head. */
  readonly outputs: readonly string[]
}

export interface LiteRtTensor {
  readonly type: TensorType
  /** Whole; DYNAMIC is the batch axis. */
  readonly shape: readonly number[]
  /** Of a constant. Numbers as they are stored. */
  readonly values?: () => Stored
  readonly quantization?: Quantization
  /** Of weights that are whole numbers already (operations/graph.ts). */
  readonly scales?: readonly number[]
  /** Where its numbers lie, whatever the input. */
  readonly range?: { readonly min: number; readonly max: number }
}

export type Stored = Float32Array | Int32Array | Int8Array | Uint16Array

export interface LiteRtOperator {
  readonly code: OperatorCode
  readonly inputs: readonly string[]
  readonly output: string
  /** Fields of its options by the names of the schema; those that are 0 or false may be left out. */
  readonly options?: Readonly<Record<string, number | boolean>>
}

export const DYNAMIC = -1
