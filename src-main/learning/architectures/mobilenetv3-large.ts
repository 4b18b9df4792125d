import { addActivation, addPointwise, mobileNetwork } from './mobile-network.ts'
import type { MobileActivation, MobileBlock } from './mobile-network.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'
import { addConvolutionNorm } from './padded-convolution.ts'

type Row = readonly [
  kernel: number,
  stride: number,
  expanded: number | null,
  filters: number,
  reduced: number | null,
  activation: MobileActivation,
]

/** Table 1 of the paper, by stages. */
const STAGES: readonly (readonly Row[])[] = [
  [[3, 1, null, 16, null, 'relu']],
  [
    [3, 2, 64, 24, null, 'relu'],
    [3, 1, 72, 24, null, 'relu'],
  ],
  [
    [5, 2, 72, 40, 24, 'relu'],
    [5, 1, 120, 40, 32, 'relu'],
    [5, 1, 120, 40, 32, 'relu'],
  ],
  [
    [3, 2, 240, 80, null, 'hard_silu'],
    [3, 1, 200, 80, null, 'hard_silu'],
    [3, 1, 184, 80, null, 'hard_silu'],
    [3, 1, 184, 80, null, 'hard_silu'],
  ],
  [
    [3, 1, 480, 112, 120, 'hard_silu'],
    [3, 1, 672, 112, 168, 'hard_silu'],
  ],
  [
    [5, 2, 672, 160, 168, 'hard_silu'],
    [5, 1, 960, 160, 240, 'hard_silu'],
    [5, 1, 960, 160, 240, 'hard_silu'],
  ],
]

/** MobileNetV3-Large. Howard et al. 2019, arXiv 1905.02244. */
export const mobilenetv3Large = mobileNetwork(
  {
    type: 'mobilenetv3-large',
    label: 'MobileNetV3-Large',
    help: 'Fast on small computers: 4 million parameters, most of them behind the pooling.',
  },
  {
    stem: { filters: 16, activation: 'hard_silu' },
    stages: STAGES.map((rows) =>
      rows.map(([kernel, stride, expanded, filters, reduced, activation]): MobileBlock => {
        return { kernel, stride, expanded, filters, reduced, activation }
      }),
    ),
    excite: { activation: 'relu', gate: 'hard_sigmoid' },
    addHead,
  },
)

/** A last convolution of its own stage, pooling, and a wider one on what was pooled. */
function addHead(net: NetworkBuilder): string {
  net.block('blocks.6.0', 'Stage 6, block 0')
  addConvolutionNorm(net, ['blocks.6.0.conv', 'blocks.6.0.bn1'], { filters: 960, kernel: 1 })
  addActivation(net, 'blocks.6.0.bn1.act', 'hard_silu')
  net.block('head', 'Head')
  net.add('global_pool', 'GlobalAveragePooling2D', { keepdims: true })
  addPointwise(net, 'conv_head', 1280)
  addActivation(net, 'conv_head.act', 'hard_silu')
  return net.add('flatten', 'Flatten')
}
