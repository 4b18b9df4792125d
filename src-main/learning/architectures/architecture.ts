import type { Network } from '../../contract/network.ts'
import type { Params, ParamDefs, ParamValues } from '../../contract/params.ts'

/** What a network is built for. */
export type ArchitectureInput =
  | { readonly kind: 'image'; readonly size: number; readonly channels: 1 | 3 }
  | { readonly kind: 'table'; readonly features: number }

/** One network family: a function from options to the network description, and the form of its options. */
export interface Architecture<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly inputs: 'image' | 'any'
  /** Side in pixels when neither the spec nor the dataset says one. */
  readonly defaultInputSize: number
  /** Sides offered; others from `minimumInputSize` on work too. */
  readonly inputSizes: readonly number[]
  readonly minimumInputSize: number
  readonly params: Params<P>
  build(options: ParamValues<P>, input: ArchitectureInput): Network
}

/** What networks for photographs have in common. */
export const PHOTOGRAPHS = Object.freeze({
  inputs: 'image',
  defaultInputSize: 224,
  inputSizes: [64, 96, 128, 160, 192, 224],
  minimumInputSize: 32,
} as const)

/** Keeps the types of one row while the table holds them all alike. */
export function defineArchitecture<P extends ParamDefs>(row: Architecture<P>): Architecture {
  return Object.freeze(row) as unknown as Architecture
}

/** Input shape without the batch axis. */
export function inputShapeOf(input: ArchitectureInput): number[] {
  return input.kind === 'image' ? [input.size, input.size, input.channels] : [input.features]
}
