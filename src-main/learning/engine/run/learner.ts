import type { LayerState, Network } from '../../../contract/network.ts'
import type { Manifest } from '../../../contract/trainer.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Model } from '../model/model.ts'
import type { Samples, TrainingData } from '../data/training-data.ts'

/** A network with its weights, and what it learns from. */
export interface Learner {
  /** Empty for the planned network; otherwise it stands in the names of its series: `validation.<name>.accuracy`. */
  readonly name: string
  readonly model: Model
  readonly states: Readonly<Record<string, LayerState>>
  /** The weights that it started with. */
  readonly start: WeightValues
  /** As recorded with the saved model, parallel to `heads`. */
  readonly headRecords: Manifest['heads']
  readonly heads: readonly HeadInfo[]
  readonly data: TrainingData
  /** Samples of the last phase that it was trained with: the data's own, or features at that phase's cut. */
  samples: Samples
}

export interface LearnerOptions {
  /** Unique within the run. Empty for the one that is trained in the planned network's place: its series are the run's own. */
  readonly name: string
  readonly network: Network
  /** Absent: every layer is fresh. */
  readonly states?: Readonly<Record<string, LayerState>>
  /** Weights of layers that are not fresh; a weight that is named here starts with this value. */
  readonly weights?: WeightValues
  /** Which of the plan's heads its outputs are, by place; absent: all, in order. */
  readonly headPlaces?: readonly number[]
  /** Instead of the plan's heads. */
  readonly heads?: { readonly records: Manifest['heads']; readonly infos: readonly HeadInfo[] }
  /** Absent: the spec's dataset. Its targets are parallel to the learner's heads. */
  readonly data?: TrainingData
  /** Seed of fresh weights and of dropout; absent: from the spec's seed and the name. */
  readonly seed?: number
}
