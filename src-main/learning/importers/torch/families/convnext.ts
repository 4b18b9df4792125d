import type { Network } from '../../../../contract/network.ts'
import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { countModules, IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

/** Blocks per stage and channels of the first one. */
const VARIANTS: Readonly<Record<string, string>> = {
  '2,2,6,2 40': 'convnext_atto',
  '2,2,6,2 48': 'convnext_femto',
  '2,2,6,2 64': 'convnext_pico',
  '2,2,8,2 80': 'convnext_nano',
  '3,3,9,3 96': 'convnext_tiny',
  '3,3,27,3 96': 'convnext_small',
  '3,3,27,3 128': 'convnext_base',
  '3,3,27,3 192': 'convnext_large',
}

/** Names of the modules, which is all in which torchvision and timm differ. */
interface Spelling {
  readonly stem: readonly [convolution: string, norm: string]
  downsample(stage: number): readonly [norm: string, convolution: string]
  block(stage: number, index: number): string
  /** Inside a block: depthwise, norm, two Linears, scale. */
  readonly parts: readonly [string, string, string, string, string]
  readonly norm: string
  readonly classifier: string
}

const TIMM: Spelling = {
  stem: ['stem.0', 'stem.1'],
  downsample: (stage) => [`stages.${stage}.downsample.0`, `stages.${stage}.downsample.1`],
  block: (stage, index) => `stages.${stage}.blocks.${index}`,
  parts: ['conv_dw', 'norm', 'mlp.fc1', 'mlp.fc2', 'gamma'],
  norm: 'head.norm',
  classifier: 'head.fc',
}

const TORCHVISION: Spelling = {
  stem: ['features.0.0', 'features.0.1'],
  downsample: (stage) => [`features.${2 * stage}.0`, `features.${2 * stage}.1`],
  block: (stage, index) => `features.${2 * stage + 1}.${index}`,
  parts: ['block.0', 'block.2', 'block.3', 'block.5', 'layer_scale'],
  norm: 'classifier.0',
  classifier: 'classifier.2',
}

/** ConvNeXt (Liu et al. 2022, arXiv 2201.03545) of torchvision and timm. Its Linears work on the channels of each pixel. */
export const convnext: TorchFamily = {
  label: 'ConvNeXt Atto to Large (torchvision, timm)',
  names: /^convnext_/,
  matches: (state) => [TIMM, TORCHVISION].some((each) => hasBlock(state, each, 0, 0)),
  variant(state) {
    const names = spellingOf(state)
    const channels = state.get(`${names.stem[0]}.weight`)?.shape[0] ?? 0
    return { name: VARIANTS[`${depths(state, names).join()} ${channels}`] ?? 'convnext', size: 224, pixels: IMAGENET }
  },
  build(torch) {
    const names = spellingOf(torch.state)
    torch.block('stem', 'Stem')
    torch.conv(names.stem[0], { stride: 4 })
    torch.layerNorm(names.stem[1])
    for (const [stage, count] of depths(torch.state, names).entries()) {
      torch.block(`stage${stage}`, `Stage ${stage}`)
      if (stage > 0) addDownsampling(torch, names.downsample(stage))
      for (let index = 0; index < count; index++) addBlock(torch, names.block(stage, index), names)
    }
    return addHead(torch, names)
  },
}

function addDownsampling(torch: TorchNetwork, [norm, convolution]: readonly [string, string]): void {
  torch.layerNorm(norm)
  torch.conv(convolution, { stride: 2 })
}

function addBlock(torch: TorchNetwork, name: string, { parts }: Spelling): void {
  const [depthwise, norm, first, second, scale] = parts.map((part) => `${name}.${part}`) as [string, string, string, string, string] // prettier-ignore
  const input = torch.last()
  torch.conv(depthwise, { padding: 3 })
  torch.layerNorm(norm)
  addLinear(torch, first)
  torch.activation(`${name}.act`, 'gelu')
  addLinear(torch, second)
  const main = torch.layerScale(scale, scale)
  torch.add(`${name}.add`, [main, input])
}

/** The smallest ones of timm have a convolution of 1 x 1 in its place. */
function addLinear(torch: TorchNetwork, name: string): void {
  if (torch.state.get(`${name}.weight`)?.shape.length === 4) torch.conv(name)
  else torch.linear(name)
}

function addHead(torch: TorchNetwork, names: Spelling): Network {
  torch.block('head', 'Head')
  torch.layer('avgpool', 'GlobalAveragePooling2D')
  return torch.classifier(torch.layerNorm(names.norm), names.classifier)
}

const hasBlock = (state: StateDict, names: Spelling, stage: number, index: number): boolean =>
  state.has(`${names.block(stage, index)}.${names.parts[4]}`)

const spellingOf = (state: StateDict): Spelling => (hasBlock(state, TIMM, 0, 0) ? TIMM : TORCHVISION)

const depths = (state: StateDict, names: Spelling): number[] =>
  [0, 1, 2, 3].map((stage) => countModules(state, names.block(stage, 0).slice(0, -1), `.${names.parts[4]}`))
