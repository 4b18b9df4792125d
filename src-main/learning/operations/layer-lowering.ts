import type { LayerType } from '../../contract/network.ts'
import type { LayerConfig } from '../network/layer-config.ts'
import type { WeightName } from '../network/layers/layer-row.ts'
import type { OperationKind } from './graph.ts'

/** Whether BatchNormalization stays an operation of its own, or goes into what it follows, or is a product and a sum. */
export type BatchNormChoice = 'kept' | 'folded'

/** What one layer sees while it becomes operations. */
export interface LayerCall {
  /** Names of values, and their shapes without the batch axis. */
  readonly inputs: readonly string[]
  readonly inputShapes: readonly (readonly number[])[]
  /** Of the layer's output. */
  readonly shape: readonly number[]
  readonly batchNorm: BatchNormChoice
  /** A weight of this layer as a constant, by its constant's name. */
  readonly weight: (name: WeightName) => string
  readonly hasWeight: (name: WeightName) => boolean
  /** Values of a weight, row-major. */
  readonly read: (name: WeightName) => Float32Array
  /** Makes a constant `<layer>/<name>`, and gives its name. */
  readonly constant: (name: string, shape: readonly number[], values: () => Float32Array) => string
  /** Zeros of a bias that the layer has not. */
  readonly absentBias: (name: string, size: number) => string
  /** Adds an operation, and gives its output's name. `shape`: the layer's own when left out. The last one gets the layer's name. */
  readonly emit: (step: string, kind: OperationKind, inputs: readonly string[], shape?: readonly number[]) => string
}

/** Gives the name of the value that the layer's output is: one that it made last, or, where it does nothing, its input. */
export type LayerLowering<T extends LayerType> = (call: LayerCall, config: LayerConfig<T>) => string
