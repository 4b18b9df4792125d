import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { networkBuilder } from '../network/network-builder.ts'

const params = defineParams({
  filters: {
    label: 'First filters',
    type: 'integer',
    default: 32,
    min: 1,
    max: 512,
    help: 'Filters of the first convolution; the second has twice as many.',
  },
  hidden: {
    label: 'Hidden units',
    type: 'integer',
    default: 256,
    min: 1,
    max: 4096,
    help: 'Units of the dense layer before the output.',
  },
  dropout: {
    label: 'Dropout',
    type: 'number',
    default: 0.4,
    min: 0,
    max: 0.9,
    step: 0.05,
    help: 'Share of the dense layer left out at random in each training step.',
  },
})

/** LeNet-style network: two 5x5 convolutions with max-pooling, one dense layer. LeCun et al. 1998, "Gradient-based
 *  learning applied to document recognition"; departs from it: ReLU, max-pooling, dropout, more filters. */
export const lenet = defineArchitecture({
  type: 'lenet',
  label: 'LeNet-style CNN',
  help: 'A small convolutional network for small images such as digits; trains from nothing in minutes.',
  inputs: 'image',
  defaultInputSize: 32,
  inputSizes: [28, 32, 48, 64],
  minimumInputSize: 8,
  params,
  build(options, input) {
    const net = networkBuilder('lenet', inputShapeOf(input))
    for (const [index, filters] of [options.filters, options.filters * 2].entries()) {
      const name = `conv${index + 1}`
      net.block(name, `Convolution ${index + 1}`)
      net.add(name, 'Conv2D', { filters, kernel_size: [5, 5], padding: 'same', kernel_initializer: 'he_normal' })
      net.add(`${name}_relu`, 'ReLU')
      net.add(`${name}_pool`, 'MaxPooling2D', { pool_size: [2, 2] })
    }
    net.block('hidden1', 'Hidden 1')
    net.add('flatten', 'Flatten')
    net.add('hidden1', 'Dense', { units: options.hidden, kernel_initializer: 'he_normal' })
    net.add('hidden1_relu', 'ReLU')
    if (options.dropout > 0) net.add('hidden1_dropout', 'Dropout', { rate: options.dropout })
    return net.finish(net.last())
  },
})
