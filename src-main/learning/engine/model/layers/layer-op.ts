import type { LayerType } from '../../../../contract/network.ts'
import type { Scalar, Tensor, Tf, Variable } from '../../../runtime.ts'
import type { LayerConfig } from '../../../network/layer-config.ts'
import type { WeightSpec } from '../../../network/layers/layer-row.ts'

/** What one layer sees while it runs. */
export interface LayerCall {
  readonly tf: Tf
  readonly inputs: readonly Tensor[]
  /** A weight of this layer. */
  readonly weight: (name: WeightSpec['name']) => Variable
  /** Dropout drops; BatchNorm normalises with the batch and moves its averages. */
  readonly isTraining: boolean
  /** False: BatchNorm's averages stay, for a further pass over the same batch. */
  readonly movesAverages: boolean
  /** Mixed from the run's seed and the layer's name. */
  readonly seed: number
  /** Step counter of the run, int32; fed, because it changes over time. */
  readonly step: Scalar
}

/** Runs one layer functionally. Shapes with the batch axis first, channels last. */
export type LayerOp<T extends LayerType> = (call: LayerCall, config: LayerConfig<T>) => Tensor
