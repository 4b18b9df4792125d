import type { OnnxAttribute } from '../../../importers/onnx/model-proto.ts'
import type { Tensor, Tf } from '../../../runtime.ts'

export interface NodeCall {
  readonly tf: Tf
  /** null: left out. */
  readonly inputs: readonly (Tensor | null)[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
}

/** Runs one operator: the only output. */
export type Runner = (call: NodeCall) => Tensor

export const integers = ({ attributes }: NodeCall, name: string): readonly number[] => attributes.get(name)!.integers
export const integer = ({ attributes }: NodeCall, name: string): number => attributes.get(name)!.integer
export const float = ({ attributes }: NodeCall, name: string): number => attributes.get(name)!.float

/** Whole numbers of an input: a shape, axes. */
export const listed = ({ inputs }: NodeCall, place: number): number[] => [...inputs[place]!.dataSync()]
