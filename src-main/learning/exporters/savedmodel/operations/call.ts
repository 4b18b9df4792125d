import type { Constant, OperationKind } from '../../../operations/graph.ts'
import type { NodeWriter } from '../node-writer.ts'

/** What one operation sees while it is written. Shapes leave out the batch axis. */
export interface Call {
  readonly writer: NodeWriter
  /** The node of an input, be it a value or a constant. */
  value(place: number): string
  constant(place: number): Constant
  /** How many. */
  readonly inputs: number
  shape(place: number): readonly number[]
  readonly output: readonly number[]
}

export type OperationOf<Op extends OperationKind['op']> = Extract<OperationKind, { op: Op }>

/** Writes an operation as nodes and gives the one that holds its value. */
export type OperationNodes<Op extends OperationKind['op']> = (call: Call, operation: OperationOf<Op>) => string

/** Shape constants begin with the batch, whatever its size. */
export const batched = (call: Call, part: string, shape: readonly number[]): string =>
  call.writer.integers(part, [-1, ...shape])
