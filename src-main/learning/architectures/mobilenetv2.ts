import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { addConvolution, networkBuilder } from '../network/network-builder.ts'
import { addInvertedResidual } from './inverted-residual.ts'

const params = defineParams({
  alpha: {
    label: 'Width',
    type: 'choice',
    default: '1.0',
    choices: ['0.35', '0.5', '0.75', '1.0', '1.3', '1.4'].map((value) => ({ value, label: `${value} x` })),
    help: 'Multiplies the filters of every layer: smaller is faster and weaker. 1.0 is the published network.',
  },
})

const BATCH_NORM = { epsilon: 1e-3, momentum: 0.9 }

/** expansion, filters, repeats, stride of the first repeat: table 2 of the paper. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

/** MobileNetV2. Sandler et al. 2018, arXiv 1801.04381, table 2. Departs from the published training set-up: moving
 *  averages keep 0.9 per step instead of 0.999, so that they settle within short trainings. */
export const mobilenetv2 = defineArchitecture({
  type: 'mobilenetv2',
  label: 'MobileNetV2',
  help: 'A light network of inverted residuals, made for photographs on small computers.',
  inputs: 'image',
  defaultInputSize: 96,
  inputSizes: [32, 64, 96, 128, 160, 192, 224],
  minimumInputSize: 8,
  params,
  build(options, input) {
    const alpha = Number(options.alpha)
    const net = networkBuilder('mobilenetv2', inputShapeOf(input))
    net.block('stem', 'Stem')
    const stem = { filters: divisible(32 * alpha), kernel: 3, stride: 2, activation: 'relu6', ...BATCH_NORM } as const
    addConvolution(net, 'stem_conv', stem)
    let channels: number = stem.filters
    let index = 0
    for (const [expansion, base, repeats, firstStride] of STAGES) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const filters = divisible(base * alpha)
        const stride = repeat === 0 ? firstStride : 1
        net.block(`block${index}`, `Block ${index}`)
        addInvertedResidual(net, `block${index}`, { channels, filters, expansion, kernel: 3, stride, ...BATCH_NORM })
        channels = filters
        index += 1
      }
    }
    net.block('head', 'Head')
    const width = alpha > 1 ? divisible(1280 * alpha) : 1280
    addConvolution(net, 'head_conv', { filters: width, kernel: 1, activation: 'relu6', ...BATCH_NORM })
    return net.finish(net.add('head_pool', 'GlobalAveragePooling2D'))
  },
})

/** Nearest multiple of 8, at least 8, never more than 10 % below: the rule of the authors' code. */
function divisible(value: number): number {
  const rounded = Math.max(8, Math.floor((value + 4) / 8) * 8)
  return rounded < 0.9 * value ? rounded + 8 : rounded
}
