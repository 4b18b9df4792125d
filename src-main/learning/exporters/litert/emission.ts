import type { Operation, OperationGraph, OperationKind } from '../../operations/graph.ts'
import type { Quantization } from '../quantization/quantization.ts'
import type { LiteRtOperator, LiteRtTensor, Stored } from './graph.ts'
import { DYNAMIC } from './graph.ts'
import type { OperatorCode } from './schema.ts'

/** An operation of a kind, or of one of several. */
export type Of<Op extends OperationKind['op']> = Operation & { readonly op: Op }

/** What the emitters write into. */
export interface Emission {
  readonly graph: OperationGraph
  /** An operator whose output is a new value, or that of the operation itself when `name` is its name. Gives the name. */
  readonly operator: (code: OperatorCode, inputs: readonly string[], output: Output, options?: LiteRtOperator['options']) => string // prettier-ignore
  /** A constant under a name of its own. Gives the name. */
  readonly constant: (name: string, tensor: NewConstant) => string
  readonly shapeOf: (name: string) => readonly number[]
}

export interface Output {
  readonly name: string
  /** Without the batch axis. */
  readonly shape: readonly number[]
  /** Where its numbers lie, whatever the input. */
  readonly range?: { readonly min: number; readonly max: number }
}

export interface NewConstant {
  readonly type: LiteRtTensor['type']
  readonly shape: readonly number[]
  readonly values: () => Stored
  readonly quantization?: Quantization
  readonly scales?: readonly number[]
}

export interface Emitted {
  readonly tensors: Map<string, LiteRtTensor>
  readonly operators: LiteRtOperator[]
}

export function startEmission(graph: OperationGraph): Emission & Emitted {
  const tensors = new Map<string, LiteRtTensor>()
  const operators: LiteRtOperator[] = []
  const add = (name: string, tensor: LiteRtTensor): string => {
    if (tensors.has(name)) throw new Error(`two tensors ${name}`)
    tensors.set(name, tensor)
    return name
  }
  return {
    graph,
    tensors,
    operators,
    constant: add,
    shapeOf: (name) => graph.shapes.get(name) ?? graph.constants.get(name)!.shape,
    operator: (code, inputs, { name, shape, range }, options) => {
      operators.push({ code, inputs, output: name, ...(options === undefined ? {} : { options }) })
      return add(name, { type: 'float32', shape: [DYNAMIC, ...shape], ...(range === undefined ? {} : { range }) })
    },
  }
}

/** The value that an operation of the graph makes. */
export function outputOf({ shapeOf }: Emission, name: string): Output {
  return { name, shape: shapeOf(name) }
}

/** A constant of whole numbers, as sizes, axes and orders are given. */
export function integers(
  emission: Emission,
  name: string,
  values: readonly number[] | readonly (readonly number[])[],
): string {
  const flat = values.flat()
  const shape = values.every((value) => typeof value === 'number')
    ? [values.length]
    : [values.length, flat.length / values.length]
  return emission.constant(name, { type: 'int32', shape, values: () => Int32Array.from(flat) })
}

export function number(emission: Emission, name: string, value: number): string {
  return emission.constant(name, { type: 'float32', shape: [], values: () => Float32Array.of(value) })
}
