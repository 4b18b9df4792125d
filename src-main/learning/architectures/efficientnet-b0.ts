import { addActivation, mobileNetwork } from './mobile-network.ts'
import type { MobileBlock } from './mobile-network.ts'
import { addConvolutionNorm } from './padded-convolution.ts'

/** kernel, stride of the first block, expansion, filters, blocks: table 1 of the paper. */
const STAGES = [
  [3, 1, 1, 16, 1],
  [3, 2, 6, 24, 2],
  [5, 2, 6, 40, 2],
  [3, 2, 6, 80, 3],
  [5, 1, 6, 112, 3],
  [5, 2, 6, 192, 4],
  [3, 1, 6, 320, 1],
] as const

/** EfficientNet-B0. Tan and Le 2019, arXiv 1905.11946. */
export const efficientnetB0 = mobileNetwork(
  {
    type: 'efficientnet-b0',
    label: 'EfficientNet-B0',
    help: 'Inverted residuals with gates for channels: 4 million parameters, and more exact than networks of their speed before.',
  },
  {
    stem: { filters: 32, activation: 'silu' },
    stages: STAGES.map(([kernel, first, expansion, filters, count], stage) => {
      const before = STAGES[stage - 1]?.[3] ?? 32
      return Array.from({ length: count }, (_, index): MobileBlock => {
        const channels = index === 0 ? before : filters
        return {
          kernel,
          stride: index === 0 ? first : 1,
          expanded: expansion === 1 ? null : channels * expansion,
          filters,
          reduced: channels / 4,
          activation: 'silu',
        }
      })
    }),
    excite: { activation: 'silu', gate: 'sigmoid' },
    addHead(net) {
      net.block('head', 'Head')
      addConvolutionNorm(net, ['conv_head', 'bn2'], { filters: 1280, kernel: 1 })
      addActivation(net, 'bn2.act', 'silu')
      return net.add('global_pool', 'GlobalAveragePooling2D')
    },
  },
)
