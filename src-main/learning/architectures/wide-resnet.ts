import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'

const params = defineParams({
  blocks: {
    label: 'Blocks a stage',
    type: 'integer',
    default: 2,
    min: 1,
    max: 12,
    help: 'Residual blocks in each of the three stages, n; the depth that papers name is 6n + 4: 1 is 10, 2 is 16, 4 is 28, 6 is 40.',
  },
  width: {
    label: 'Width',
    type: 'integer',
    default: 1,
    min: 1,
    max: 12,
    help: 'Factor on 16, 32 and 64 filters of the three stages; the published networks have 1 to 12.',
  },
  dropout: {
    label: 'Dropout',
    type: 'number',
    default: 0,
    min: 0,
    max: 0.9,
    step: 0.05,
    help: 'Share left out at random between the two convolutions of a block; the paper takes 0.3 for small images.',
  },
})

const BATCH_NORM = { epsilon: 1e-5, momentum: 0.9 }

/** Wide residual network, WRN-(6n + 4)-k: three stages of n pre-activated blocks, B(3, 3). Zagoruyko, Komodakis, BMVC 2016, arXiv
 *  1605.07146, table 1. Where a block changes its shape, a 1x1 convolution of the activated input is the shortcut, as in the authors' code;
 *  strided convolutions pad as Keras' "same" does. */
export const wideResnet = defineArchitecture({
  type: 'wide-resnet',
  label: 'Wide ResNet',
  help: 'Residual blocks for small images, as deep and as wide as wanted; the smallest trains on a few thousand images in minutes.',
  inputs: 'image',
  defaultInputSize: 32,
  inputSizes: [28, 32, 48, 64],
  minimumInputSize: 8,
  params,
  build(options, input) {
    const net = networkBuilder('wide-resnet', inputShapeOf(input))
    net.block('stem', 'Stem')
    convolution(net, 'stem_conv', 16, 3, 1)
    let filters = 16
    for (const [stage, base] of [16, 32, 64].entries()) {
      for (let block = 0; block < options.blocks; block++) {
        const name = `stage${stage + 1}_block${block + 1}`
        net.block(name, `Stage ${stage + 1}, block ${block + 1}`)
        const stride = stage > 0 && block === 0 ? 2 : 1
        addBlock(net, name, { from: filters, filters: base * options.width, stride, dropout: options.dropout })
        filters = base * options.width
      }
    }
    net.block('head', 'Head')
    activation(net, 'head')
    return net.finish(net.add('head_pool', 'GlobalAveragePooling2D'))
  },
})

interface BlockOptions {
  /** Filters of its input. */
  readonly from: number
  readonly filters: number
  readonly stride: number
  readonly dropout: number
}

function addBlock(net: NetworkBuilder, name: string, { from, filters, stride, dropout }: BlockOptions): void {
  const input = net.last()
  const activated = activation(net, `${name}_in`)
  convolution(net, `${name}_conv1`, filters, 3, stride)
  activation(net, `${name}_mid`)
  if (dropout > 0) net.add(`${name}_dropout`, 'Dropout', { rate: dropout })
  const main = convolution(net, `${name}_conv2`, filters, 3, 1)
  const isSame = from === filters && stride === 1
  const skip = isSame ? input : convolution(net, `${name}_skip`, filters, 1, stride, activated)
  net.add(`${name}_add`, 'Add', {}, [main, skip])
}

function activation(net: NetworkBuilder, name: string): string {
  net.add(`${name}_bn`, 'BatchNormalization', BATCH_NORM)
  return net.add(`${name}_relu`, 'ReLU')
}

function convolution(
  net: NetworkBuilder,
  name: string,
  filters: number,
  kernel: number,
  stride: number,
  from?: string,
) {
  const config = {
    filters,
    kernel_size: [kernel, kernel],
    strides: [stride, stride],
    padding: 'same',
    use_bias: false,
    kernel_initializer: 'he_normal',
  }
  return net.add(name, 'Conv2D', config, from === undefined ? undefined : [from])
}
