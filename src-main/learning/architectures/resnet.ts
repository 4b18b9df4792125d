import type { Architecture } from './architecture.ts'
import { defineArchitecture, inputShapeOf, PHOTOGRAPHS } from './architecture.ts'
import { classifierParams } from './classifier-params.ts'
import { networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'
import { addConvolutionNorm } from './padded-convolution.ts'

export interface ResNet {
  /** Of each of the four stages. */
  readonly blocks: readonly number[]
  /** 1x1, 3x3 and 1x1 convolutions to four times the width, instead of two of 3x3. */
  readonly isBottleneck: boolean
}

/** A ResNet for photographs. He et al. 2015, arXiv 1512.03385, table 1. Layers are named as in torchvision, whose weights fit: a bottleneck strides
 *  in its 3x3 convolution. */
export function resnet({
  blocks,
  isBottleneck,
  ...row
}: Pick<Architecture, 'type' | 'label' | 'help'> & ResNet): Architecture {
  return defineArchitecture({
    ...row,
    ...PHOTOGRAPHS,
    params: classifierParams,
    build({ classes }, input) {
      const net = networkBuilder(row.type, inputShapeOf(input))
      addStem(net)
      let channels = 64
      for (const [stage, count] of blocks.entries()) {
        for (let index = 0; index < count; index++) {
          const name = `layer${stage + 1}.${index}`
          const width = 64 * 2 ** stage
          net.block(name, `Stage ${stage + 1}, block ${index}`)
          const stride = stage > 0 && index === 0 ? 2 : 1
          addBlock(net, name, { channels, width, stride, isBottleneck })
          channels = isBottleneck ? 4 * width : width
        }
      }
      net.block('head', 'Head')
      const features = net.add('avgpool', 'GlobalAveragePooling2D')
      if (classes === 0) return net.finish(features)
      net.block('classifier', 'Classifier')
      return net.finish(features, [net.add('fc', 'Dense', { units: classes })])
    },
  })
}

function addStem(net: NetworkBuilder): void {
  net.block('stem', 'Stem')
  addConvolutionNorm(net, ['conv1', 'bn1'], { filters: 64, kernel: 7, stride: 2 })
  net.add('relu', 'ReLU')
  net.add('maxpool.pad', 'ZeroPadding2D', { padding: 1 })
  net.add('maxpool', 'MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] })
}

interface Block {
  /** That come in. */
  readonly channels: number
  readonly width: number
  readonly stride: number
  readonly isBottleneck: boolean
}

function addBlock(net: NetworkBuilder, name: string, { channels, width, stride, isBottleneck }: Block): void {
  const input = net.last()
  const filters = isBottleneck ? 4 * width : width
  const [first, second] = isBottleneck ? [1, stride] : [stride, 1]
  addConvolutionNorm(net, [`${name}.conv1`, `${name}.bn1`], { filters: width, kernel: isBottleneck ? 1 : 3, stride: first }) // prettier-ignore
  net.add(`${name}.relu1`, 'ReLU')
  let main = addConvolutionNorm(net, [`${name}.conv2`, `${name}.bn2`], { filters: width, kernel: 3, stride: second })
  if (isBottleneck) {
    net.add(`${name}.relu2`, 'ReLU')
    main = addConvolutionNorm(net, [`${name}.conv3`, `${name}.bn3`], { filters, kernel: 1 })
  }
  const shortcut = [`${name}.downsample.0`, `${name}.downsample.1`] as const
  const isSame = stride === 1 && channels === filters
  const skip = isSame ? input : addConvolutionNorm(net, shortcut, { filters, kernel: 1, stride }, input)
  net.add(`${name}.add`, 'Add', {}, [main, skip])
  net.add(`${name}.relu`, 'ReLU')
}
