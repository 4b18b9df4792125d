import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { classifierParams } from './classifier-params.ts'
import { addConvolution, networkBuilder } from '../network/network-builder.ts'
import { addInvertedResidual } from './inverted-residual.ts'

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.99 }

/** kernel, stride, expansion, filters of each of the 16 blocks. */
const BLOCKS = [
  [3, 1, 1, 16],
  [3, 2, 6, 24],
  [3, 1, 6, 24],
  [5, 2, 6, 40],
  [5, 1, 6, 40],
  [3, 2, 6, 80],
  [3, 1, 6, 80],
  [3, 1, 6, 80],
  [5, 1, 6, 112],
  [5, 1, 6, 112],
  [5, 1, 6, 112],
  [5, 2, 6, 192],
  [5, 1, 6, 192],
  [5, 1, 6, 192],
  [5, 1, 6, 192],
  [3, 1, 6, 320],
] as const

/** EfficientNet-Lite0: EfficientNet-B0 (Tan and Le 2019, arXiv 1905.11946) with ReLU6 and without squeeze-excite.
 *  TensorFlow's `same` padding; the classifier's layer is `predictions`, the features are the pooled 1280 values. */
export const efficientnetLite0 = defineArchitecture({
  type: 'efficientnet-lite0',
  label: 'EfficientNet-Lite0',
  help: 'The network of the shipped base model.',
  inputs: 'image',
  defaultInputSize: 224,
  inputSizes: [96, 128, 160, 192, 224],
  minimumInputSize: 32,
  params: classifierParams,
  build(options, input) {
    const net = networkBuilder('efficientnet-lite0', inputShapeOf(input))
    net.block('stem', 'Stem')
    addConvolution(net, 'stem_conv', { filters: 32, kernel: 3, stride: 2, activation: 'relu6', ...BATCH_NORM })
    let channels = 32
    for (const [index, [kernel, stride, expansion, filters]] of BLOCKS.entries()) {
      net.block(`block${index}`, `Block ${index}`)
      addInvertedResidual(net, `block${index}`, { channels, filters, expansion, kernel, stride, ...BATCH_NORM })
      channels = filters
    }
    net.block('head', 'Head')
    addConvolution(net, 'head_conv', { filters: 1280, kernel: 1, activation: 'relu6', ...BATCH_NORM })
    const features = net.add('head_pool', 'GlobalAveragePooling2D')
    if (options.classes === 0) return net.finish(features)
    net.block('classifier', 'Classifier')
    net.add('dropout', 'Dropout', { rate: 0.2 })
    return net.finish(features, [net.add('predictions', 'Dense', { units: options.classes })])
  },
})
