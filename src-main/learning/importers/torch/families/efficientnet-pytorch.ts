import { addConvolutionNorm, addInvertedResidual } from '../inverted-residual.ts'
import type { ResidualStyle } from '../inverted-residual.ts'
import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { EFFICIENTNET_STRIDES, efficientnetVariant } from './efficientnet-variants.ts'
import { countModules, IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

/** EfficientNet and EfficientNet-Lite as the package `efficientnet_pytorch` and its relatives name them: `_conv_stem`, `_blocks.0...`.
 *  All are TensorFlow's weights: its padding, its epsilon. */
export const efficientnetPytorch: TorchFamily = {
  label: 'EfficientNet B0 to B4, EfficientNet-Lite 0 to 4 (efficientnet_pytorch)',
  names: /^efficientnet[-_](b\d|lite\d)/,
  matches: (state) => state.has('_conv_stem.weight') && state.has('_blocks.0._depthwise_conv.weight'),
  variant(state) {
    const outputs = outputsOf(state)
    const stages = stagesOf(outputs)
    const known = efficientnetVariant(stages, outputs.at(-1) ?? 0, !hasExcite(state))
    return { ...(known ?? { name: 'efficientnet', size: 224 }), pixels: IMAGENET }
  },
  build(torch) {
    const norm = { epsilon: 1e-3, momentum: 0.01 }
    const style: ResidualStyle = { isSame: true, norm, activation: hasExcite(torch.state) ? 'silu' : 'relu6' }
    torch.block('stem', 'Stem')
    addConvolutionNorm(torch, ['_conv_stem', '_bn0'], style, { stride: 2 })
    let index = 0
    for (const [stage, count] of stagesOf(outputsOf(torch.state)).entries()) {
      for (let repeat = 0; repeat < count; repeat++) {
        torch.block(`_blocks.${index}`, `Block ${index}`)
        addBlock(torch, `_blocks.${index++}`, repeat === 0 ? (EFFICIENTNET_STRIDES[stage] ?? 1) : 1, style)
      }
    }
    torch.block('head', 'Head')
    addConvolutionNorm(torch, ['_conv_head', '_bn1'], style)
    return torch.classifier(torch.layer('_avg_pooling', 'GlobalAveragePooling2D'), '_fc', 0.2)
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number, style: ResidualStyle): void {
  const block = {
    name,
    stride,
    expand: torch.has(`${name}._expand_conv.weight`) ? ([`${name}._expand_conv`, `${name}._bn0`] as const) : null,
    depthwise: [`${name}._depthwise_conv`, `${name}._bn1`] as const,
    excite: torch.has(`${name}._se_reduce.weight`)
      ? { reduce: `${name}._se_reduce`, expand: `${name}._se_expand` }
      : null,
    project: [`${name}._project_conv`, `${name}._bn2`] as const,
  }
  addInvertedResidual(torch, block, style, { activation: style.activation, gate: 'sigmoid' })
}

/** Channels that each block gives. */
function outputsOf(state: StateDict): number[] {
  const count = countModules(state, '_blocks.', '._project_conv.weight')
  return Array.from({ length: count }, (_, index) => state.get(`_blocks.${index}._project_conv.weight`)!.shape[0] ?? 0)
}

/** Blocks of each stage: a stage begins where the channels change. */
function stagesOf(outputs: readonly number[]): number[] {
  const starts = outputs.flatMap((channels, index) => (channels === outputs[index - 1] ? [] : [index]))
  return starts.map((start, stage) => (starts[stage + 1] ?? outputs.length) - start)
}

const hasExcite = (state: StateDict): boolean => state.has('_blocks.0._se_reduce.weight')
