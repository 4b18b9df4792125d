import { addConvolutionNorm, addInvertedResidual, addSkip } from '../inverted-residual.ts'
import type { ResidualStyle } from '../inverted-residual.ts'
import type { StateDict } from '../state-dict.ts'
import { TORCH_NORM } from '../torch-network.ts'
import type { TorchNetwork, TorchNormalization } from '../torch-network.ts'
import { EFFICIENTNET_STRIDES, efficientnetVariant } from './efficientnet-variants.ts'
import { countModules, IMAGENET, INCEPTION } from './family.ts'
import type { TorchFamily } from './family.ts'

/** Version 2 (Tan and Le 2021, arXiv 2104.00298): six or seven stages, of which the first are fused. */
const VERSION_2: Readonly<Record<string, readonly [string, number]>> = {
  '2,4,4,6,9,15': ['efficientnet_v2_s', 384],
  '3,5,5,7,14,18,5': ['efficientnet_v2_m', 480],
  '4,7,7,10,19,25,7': ['efficientnet_v2_l', 480],
}
const VERSION_2_STRIDES = [1, 2, 2, 2, 1, 2, 1] as const

/** EfficientNet of torchvision. */
export const efficientnetTorchvision: TorchFamily = {
  label: 'EfficientNet B0 to B7, V2-S to V2-L (torchvision)',
  names: /^efficientnet_(b\d|v2_[sml])/,
  matches: (state) => state.has('features.1.0.block.0.0.weight') && state.has('features.2.0.block.0.0.weight'),
  variant(state) {
    const blocks = stagesOf(state)
    if (isVersion2(state)) {
      const [name, size] = VERSION_2[blocks.join()] ?? ['efficientnet_v2', 384]
      return { name, size, pixels: name === 'efficientnet_v2_l' ? INCEPTION : IMAGENET }
    }
    const channels = state.get(`features.${blocks.length + 1}.0.weight`)?.shape[1] ?? 0
    const known = efficientnetVariant(blocks, channels, false) ?? { name: 'efficientnet', size: 224 }
    return { ...known, size: known.name === 'efficientnet_b2' ? 288 : known.size, pixels: IMAGENET }
  },
  build(torch, { name }) {
    const version2 = isVersion2(torch.state)
    const norm = normOf(name)
    if (name === 'efficientnet') {
      torch.problems.push(
        `The sizes are of no published EfficientNet: BatchNorm was read with an epsilon of ${norm.epsilon}.`,
      )
    }
    const style: ResidualStyle = { isSame: false, norm, activation: 'silu' }
    const strides = version2 ? VERSION_2_STRIDES : EFFICIENTNET_STRIDES
    torch.block('stem', 'Stem')
    addConvolutionNorm(torch, ['features.0.0', 'features.0.1'], style, { stride: 2 })
    const stages = stagesOf(torch.state)
    for (const [index, count] of stages.entries()) {
      for (let repeat = 0; repeat < count; repeat++) {
        const name = `features.${index + 1}.${repeat}`
        torch.block(name, `Stage ${index + 1}, block ${repeat}`)
        addBlock(torch, name, repeat === 0 ? strides[index]! : 1, style)
      }
    }
    torch.block('head', 'Head')
    const last = `features.${stages.length + 1}`
    addConvolutionNorm(torch, [`${last}.0`, `${last}.1`], style)
    return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'classifier.1', 0.2)
  },
}

/** torchvision's larger ones have TensorFlow's epsilon. */
function normOf(name: string): TorchNormalization {
  if (name.startsWith('efficientnet_v2')) return { epsilon: 1e-3, momentum: 0.1 }
  return /_b[567]$/.test(name) ? { epsilon: 1e-3, momentum: 0.01 } : TORCH_NORM
}

/** A block is a list of parts: convolutions with their norm, squeeze-and-excite in between; its length says which kind it is. */
function addBlock(torch: TorchNetwork, name: string, stride: number, style: ResidualStyle): void {
  const part = (index: number) => [`${name}.block.${index}.0`, `${name}.block.${index}.1`] as const
  const input = torch.last()
  if (isFused(torch.state, name)) {
    const isExpanded = torch.has(`${name}.block.1.0.weight`)
    addConvolutionNorm(torch, part(0), style, { stride })
    const main = isExpanded ? addConvolutionNorm(torch, part(1), style, { isLinear: true }) : torch.last()
    addSkip(torch, { name, stride }, input, main)
    return
  }
  const first = torch.has(`${name}.block.3.0.weight`) ? 1 : 0
  const excite = `${name}.block.${first + 1}`
  const block = {
    name,
    stride,
    expand: first === 1 ? part(0) : null,
    depthwise: part(first),
    excite: { reduce: `${excite}.fc1`, expand: `${excite}.fc2` },
    project: part(first + 2),
  }
  addInvertedResidual(torch, block, style, { activation: 'silu', gate: 'sigmoid' })
}

function stagesOf(state: StateDict): number[] {
  const stages: number[] = []
  for (let stage = 1; state.has(`features.${stage}.0.block.0.0.weight`); stage++) {
    stages.push(countModules(state, `features.${stage}.`, '.block.0.0.weight'))
  }
  return stages
}

const isVersion2 = (state: StateDict): boolean => isFused(state, 'features.1.0')

/** The first convolution sees all channels in a window, instead of one pixel or one channel. */
function isFused(state: StateDict, name: string): boolean {
  const [, perGroup = 1, kernel = 1] = state.get(`${name}.block.0.0.weight`)?.shape ?? []
  return perGroup > 1 && kernel > 1
}
