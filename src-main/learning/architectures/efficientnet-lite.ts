import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import type { Architecture } from './architecture.ts'
import { addConvolution, networkBuilder } from '../network/network-builder.ts'
import { addInvertedResidual } from './inverted-residual.ts'

const params = defineParams({
  classes: {
    label: 'Classes of the classifier',
    type: 'integer',
    default: 0,
    min: 0,
    max: 100_000,
    help: 'Adds the classifier of the published network with this many classes; 0 leaves it out.',
    advanced: true,
  },
})

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.99 }

export interface EfficientnetLite {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly defaultInputSize: number
  readonly inputSizes: readonly number[]
  /** kernel, stride, expansion, filters of each block. */
  readonly blocks: readonly (readonly [number, number, number, number])[]
  readonly dropout: number
}

/** An EfficientNet-Lite: EfficientNet (Tan and Le 2019, arXiv 1905.11946) with ReLU6 and without squeeze-excite. TensorFlow's `same`
 *  padding; the classifier's layer is `predictions`, the features are the pooled 1280 values. */
export function efficientnetLite({ type, blocks, dropout, ...row }: EfficientnetLite): Architecture {
  return defineArchitecture({
    ...row,
    type,
    inputs: 'image',
    minimumInputSize: 32,
    params,
    build(options, input) {
      const net = networkBuilder(type, inputShapeOf(input))
      net.block('stem', 'Stem')
      addConvolution(net, 'stem_conv', { filters: 32, kernel: 3, stride: 2, activation: 'relu6', ...BATCH_NORM })
      let channels = 32
      for (const [index, [kernel, stride, expansion, filters]] of blocks.entries()) {
        net.block(`block${index}`, `Block ${index}`)
        addInvertedResidual(net, `block${index}`, { channels, filters, expansion, kernel, stride, ...BATCH_NORM })
        channels = filters
      }
      net.block('head', 'Head')
      addConvolution(net, 'head_conv', { filters: 1280, kernel: 1, activation: 'relu6', ...BATCH_NORM })
      const features = net.add('head_pool', 'GlobalAveragePooling2D')
      if (options.classes === 0) return net.finish(features)
      net.block('classifier', 'Classifier')
      net.add('dropout', 'Dropout', { rate: dropout })
      return net.finish(features, [net.add('predictions', 'Dense', { units: options.classes })])
    },
  })
}
