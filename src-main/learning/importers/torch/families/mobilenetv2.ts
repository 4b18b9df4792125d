import type { TorchNetwork } from '../torch-network.ts'
import { IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

/** Strides of the 17 blocks: table 2 of the paper. */
const STRIDES = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1] as const

/** MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381) of torchvision. */
export const mobilenetv2: TorchFamily = {
  label: 'MobileNetV2 (torchvision)',
  names: /^mobilenet_?v2/,
  matches: (state) => state.has('features.1.conv.0.0.weight') && state.has('features.18.0.weight'),
  variant: () => ({ name: 'mobilenet_v2', size: 224, pixels: IMAGENET }),
  build(torch) {
    torch.block('stem', 'Stem')
    addConvolution(torch, 'features.0', { stride: 2, padding: 1 })
    for (const [index, stride] of STRIDES.entries()) {
      torch.block(`features.${index + 1}`, `Block ${index}`)
      addBlock(torch, `features.${index + 1}.conv`, stride)
    }
    torch.block('head', 'Head')
    addConvolution(torch, 'features.18')
    return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'classifier.1', 0.2)
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number): void {
  const input = torch.last()
  const isExpanded = torch.has(`${name}.3.weight`)
  if (isExpanded) addConvolution(torch, `${name}.0`)
  const depthwise = isExpanded ? 1 : 0
  addConvolution(torch, `${name}.${depthwise}`, { stride, padding: 1 })
  torch.conv(`${name}.${depthwise + 1}`)
  const main = torch.norm(`${name}.${depthwise + 2}`)
  const isSkipped = stride === 1 && torch.channelsOf(input) === torch.channelsOf(main)
  if (isSkipped) torch.add(`${name}.add`, [main, input])
}

function addConvolution(torch: TorchNetwork, name: string, options: { stride?: number; padding?: number } = {}): void {
  torch.conv(`${name}.0`, options)
  torch.norm(`${name}.1`)
  torch.activation(`${name}.2`, 'relu6')
}
