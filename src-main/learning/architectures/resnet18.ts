import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { addConvolution, networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'

const params = defineParams({
  width: {
    label: 'Width',
    type: 'integer',
    default: 64,
    min: 8,
    max: 256,
    help: 'Filters of the first stage; each later stage doubles them. 64 is the published network.',
  },
  stem: {
    label: 'Stem',
    type: 'choice',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'By input size (small up to 64 pixels)' },
      { value: 'small', label: 'Small: one 3x3 convolution' },
      { value: 'large', label: 'Large: 7x7 convolution and pooling' },
    ],
    help: 'The large stem shrinks the image four times at once, which leaves too little of small images.',
    advanced: true,
  },
})

const BATCH_NORM = { epsilon: 1e-5, momentum: 0.9 }

/** ResNet-18 with basic blocks. He et al. 2015, arXiv 1512.03385, table 1. Convolutions of stride 2 pad symmetrically
 *  (ZeroPadding2D + valid) as the published weights expect; the small stem is the one of section 4.2 (CIFAR-10). */
export const resnet18 = defineArchitecture({
  type: 'resnet18',
  label: 'ResNet-18',
  help: 'Eight residual blocks; strong on photographs but slow to train from nothing on a small computer.',
  inputs: 'image',
  defaultInputSize: 64,
  inputSizes: [32, 64, 96, 128, 160, 224],
  minimumInputSize: 8,
  params,
  build(options, input) {
    const net = networkBuilder('resnet18', inputShapeOf(input))
    const isSmall = options.stem === 'small' || (options.stem === 'auto' && input.kind === 'image' && input.size <= 64)
    net.block('stem', 'Stem')
    addStem(net, options.width, isSmall)
    for (let index = 0; index < 8; index++) {
      const stage = Math.floor(index / 2)
      const stride = stage > 0 && index % 2 === 0 ? 2 : 1
      net.block(`block${index}`, `Block ${index}`)
      addBasicBlock(net, `block${index}`, options.width * 2 ** stage, stride)
    }
    net.block('head', 'Head')
    return net.finish(net.add('head_pool', 'GlobalAveragePooling2D'))
  },
})

function addStem(net: NetworkBuilder, filters: number, isSmall: boolean): void {
  if (isSmall) {
    addConvolution(net, 'stem_conv', { filters, kernel: 3, activation: 'relu', ...BATCH_NORM })
    return
  }
  net.add('stem_pad', 'ZeroPadding2D', { padding: 3 })
  addConvolution(net, 'stem_conv', {
    filters,
    kernel: 7,
    stride: 2,
    padding: 'valid',
    activation: 'relu',
    ...BATCH_NORM,
  })
  net.add('stem_pool_pad', 'ZeroPadding2D', { padding: 1 })
  net.add('stem_pool', 'MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] })
}

function addBasicBlock(net: NetworkBuilder, name: string, filters: number, stride: number): void {
  const input = net.last()
  if (stride > 1) net.add(`${name}_pad`, 'ZeroPadding2D', { padding: 1 })
  const padding = stride > 1 ? 'valid' : 'same'
  addConvolution(net, `${name}_conv1`, { filters, kernel: 3, stride, padding, activation: 'relu', ...BATCH_NORM })
  const main = addConvolution(net, `${name}_conv2`, { filters, kernel: 3, activation: 'none', ...BATCH_NORM })
  let skip = input
  if (stride > 1) {
    net.add(
      `${name}_skip`,
      'Conv2D',
      { filters, kernel_size: [1, 1], strides: [stride, stride], use_bias: false, kernel_initializer: 'he_normal' },
      [input],
    )
    skip = net.add(`${name}_skip_bn`, 'BatchNormalization', BATCH_NORM)
  }
  net.add(`${name}_add`, 'Add', {}, [main, skip])
  net.add(`${name}_relu`, 'ReLU')
}
