import type { Network } from '../../contract/network.ts'
import { networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'

export interface ConvNext {
  readonly name: string
  /** [height, width, channels]. */
  readonly shape: readonly number[]
  /** Blocks and channels of each stage. */
  readonly depths: readonly number[]
  readonly widths: readonly number[]
  /** Of the classifier; 0: none. */
  readonly classes: number
}

const NORM = { epsilon: 1e-6 }
const INITIAL = { kernel_initializer: 'truncated_normal' }

/** ConvNeXt. Liu et al., CVPR 2022, arXiv 2201.03545, figure 4 and table 9. Layers are named as in timm, whose weights fit. */
export function convNext(options: ConvNext): Network {
  const { shape, depths, widths } = options
  const net = networkBuilder(options.name, [...shape])
  net.block('stem', 'Stem')
  addPatches(net, 'stem.0', widths[0]!, 4)
  net.add('stem.1', 'LayerNormalization', NORM)
  for (const [stage, depth] of depths.entries()) {
    net.block(`stages.${stage}`, `Stage ${stage}`)
    if (stage > 0) {
      net.add(`stages.${stage}.downsample.0`, 'LayerNormalization', NORM)
      addPatches(net, `stages.${stage}.downsample.1`, widths[stage]!, 2)
    }
    for (let index = 0; index < depth; index++) addBlock(net, `stages.${stage}.blocks.${index}`, widths[stage]!)
  }
  net.block('head', 'Head')
  net.add('head.global_pool', 'GlobalAveragePooling2D')
  const features = net.add('head.norm', 'LayerNormalization', NORM)
  if (options.classes === 0) return net.finish(features)
  net.block('classifier', 'Classifier')
  return net.finish(features, [net.add('head.fc', 'Dense', { units: options.classes, ...INITIAL })])
}

/** Patches side by side, each made one place. */
function addPatches(net: NetworkBuilder, name: string, filters: number, side: number): void {
  net.add(name, 'Conv2D', { filters, kernel_size: [side, side], strides: [side, side], ...INITIAL })
}

/** x + scale * mlp(norm(depthwise(x))). */
function addBlock(net: NetworkBuilder, name: string, width: number): void {
  const input = net.last()
  const depthwise = { kernel_size: [7, 7], padding: 'same', depthwise_initializer: 'truncated_normal' }
  net.add(`${name}.conv_dw`, 'DepthwiseConv2D', depthwise)
  net.add(`${name}.norm`, 'LayerNormalization', NORM)
  net.add(`${name}.mlp.fc1`, 'Dense', { units: 4 * width, ...INITIAL })
  net.add(`${name}.mlp.act`, 'Activation', { activation: 'gelu' })
  net.add(`${name}.mlp.fc2`, 'Dense', { units: width, ...INITIAL })
  const scaled = net.add(`${name}.gamma`, 'LayerScale', { init_values: 1e-6 })
  net.add(`${name}.add`, 'Add', {}, [input, scaled])
}
