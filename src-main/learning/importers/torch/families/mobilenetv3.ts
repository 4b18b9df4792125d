import { addConvolutionNorm, addInvertedResidual } from '../inverted-residual.ts'
import type { ResidualStyle } from '../inverted-residual.ts'
import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

interface Plan {
  readonly name: string
  /** Of each block. */
  readonly strides: readonly number[]
  /** Blocks from here on have hard-swish instead of ReLU. */
  readonly firstHard: number
}

/** By the number of blocks: tables 1 and 2 of the paper. */
const PLANS: Readonly<Record<number, Plan>> = {
  15: { name: 'mobilenet_v3_large', strides: [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1], firstHard: 6 },
  11: { name: 'mobilenet_v3_small', strides: [2, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1], firstHard: 3 },
}

/** MobileNetV3 (Howard et al. 2019, arXiv 1905.02244) of torchvision. */
export const mobilenetv3: TorchFamily = {
  label: 'MobileNetV3 Large and Small (torchvision)',
  names: /^mobilenet_v3/,
  matches: (state) => state.has('features.1.block.0.0.weight') && blocksOf(state) in PLANS,
  variant: (state) => ({ name: PLANS[blocksOf(state)]!.name, size: 224, pixels: IMAGENET }),
  build(torch) {
    const { strides, firstHard } = PLANS[blocksOf(torch.state)]!
    const norm = { epsilon: 1e-3, momentum: 0.01 }
    const hard: ResidualStyle = { isSame: false, norm, activation: 'hard_silu' }
    torch.block('stem', 'Stem')
    addConvolutionNorm(torch, ['features.0.0', 'features.0.1'], hard, { stride: 2 })
    for (const [index, stride] of strides.entries()) {
      torch.block(`features.${index + 1}`, `Block ${index}`)
      const style: ResidualStyle = index < firstHard ? { ...hard, activation: 'relu' } : hard
      addBlock(torch, `features.${index + 1}`, stride, style)
    }
    torch.block('head', 'Head')
    const last = `features.${strides.length + 1}`
    addConvolutionNorm(torch, [`${last}.0`, `${last}.1`], hard)
    const pooled = torch.layer('avgpool', 'GlobalAveragePooling2D')
    if (!torch.has('classifier.0.weight')) return torch.classifier(pooled, 'classifier.3')
    torch.linear('classifier.0')
    return torch.classifier(torch.activation('classifier.1', 'hard_silu'), 'classifier.3', 0.2)
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number, style: ResidualStyle): void {
  const part = (index: number) => [`${name}.block.${index}.0`, `${name}.block.${index}.1`] as const
  const kernel = torch.shape(`${name}.block.0.0.weight`, 4)?.[2] ?? 1
  const first = kernel === 1 ? 1 : 0
  const excite = `${name}.block.${first + 1}`
  const hasExcite = torch.has(`${excite}.fc1.weight`)
  const block = {
    name,
    stride,
    expand: first === 1 ? part(0) : null,
    depthwise: part(first),
    excite: hasExcite ? { reduce: `${excite}.fc1`, expand: `${excite}.fc2` } : null,
    project: part(hasExcite ? first + 2 : first + 1),
  }
  addInvertedResidual(torch, block, style, { activation: 'relu', gate: 'hard_sigmoid' })
}

function blocksOf(state: StateDict): number {
  let count = 0
  while (state.has(`features.${count + 1}.block.0.0.weight`)) count++
  return count
}
