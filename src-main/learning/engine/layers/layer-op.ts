import type { LayerType } from '../../../contract/network.ts'
import type { Scalar, Tensor, Tf } from '../../lab.ts'
import type { LayerConfig } from '../../network/layer-config.ts'
import type { WeightSpec } from '../../network/layer-table.ts'

/** What one layer sees while it runs. */
export interface LayerCall {
  readonly tf: Tf
  readonly inputs: readonly Tensor[]
  /** A weight of this layer. */
  readonly weight: (name: WeightSpec['name']) => Tensor
  /** Dropout drops; BatchNorm normalises with the batch and hands its statistics to `moved`. */
  readonly isTraining: boolean
  /** Mixed from the run's seed and the layer's name. */
  readonly seed: number
  /** Step counter of the run, int32; fed, because it changes over time. */
  readonly step: Scalar
  /** BatchNorm in training: the statistics of this batch, float32 (C) each. */
  readonly moved: (mean: Tensor, variance: Tensor) => void
}

/** Runs one layer functionally. Shapes with the batch axis first, channels last. */
export type LayerOp<T extends LayerType> = (call: LayerCall, config: LayerConfig<T>) => Tensor
