import type { LayerType } from '../../../contract/network.ts'
import type { LayerConfig } from '../layer-config.ts'

export type Initializer = 'glorotUniform' | 'heNormal' | 'heUniform' | 'truncatedNormal' | 'zeros' | 'ones' | 'constant'

export type WeightName =
  | ('kernel' | 'depthwise_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance' | 'alpha')
  | `${'query' | 'key' | 'value' | 'attention_output'}_${'kernel' | 'bias'}`
  | ('token' | 'embedding')

/** One weight of a layer. Layouts are Keras' (contract/network.ts). */
export interface WeightSpec {
  readonly name: WeightName
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** Of the initializer `constant`. */
  readonly value?: number
  /** Inputs and outputs of one unit, for the initializer: glorot limit = sqrt(6 / (fanIn + fanOut)), he std = sqrt(2 / fanIn);
   *  truncatedNormal: std 0.02 whatever they are. */
  readonly fanIn: number
  readonly fanOut: number
  /** Gradient-trained. Moving averages are not. */
  readonly trainable: boolean
}

export type Shape = readonly number[]

/** What is known of a layer type without running it. Shapes leave out the batch axis. */
export interface LayerRow<T extends LayerType> {
  /** How many inputs: exactly one, or at least two. */
  readonly inputs: 'none' | 'one' | 'many'
  /** Ranks that each input may have; null: any. */
  readonly rank: 2 | 3 | null
  /** Output shape, or a sentence that says what was expected instead. */
  outputShape(config: LayerConfig<T>, inputs: readonly Shape[]): number[] | string
  weights(config: LayerConfig<T>, inputs: readonly Shape[]): WeightSpec[]
  /** Multiply-adds for one sample. */
  multiplyAdds(config: LayerConfig<T>, inputs: readonly Shape[], output: Shape): number
}
