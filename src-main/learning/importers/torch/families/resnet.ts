import { TORCH_NORM } from '../torch-network.ts'
import type { TorchNetwork } from '../torch-network.ts'
import type { StateDict } from '../state-dict.ts'
import { countModules, IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

const STAGES = [1, 2, 3, 4] as const

/** Blocks per stage, whether they are bottlenecks, groups and width of the 3x3 convolution of the first stage. */
const VARIANTS: Readonly<Record<string, string>> = {
  '2,2,2,2 basic 1x64': 'resnet18',
  '3,4,6,3 basic 1x64': 'resnet34',
  '3,4,6,3 bottleneck 1x64': 'resnet50',
  '3,4,23,3 bottleneck 1x64': 'resnet101',
  '3,8,36,3 bottleneck 1x64': 'resnet152',
  '3,4,6,3 bottleneck 32x4': 'resnext50_32x4d',
  '3,4,23,3 bottleneck 32x8': 'resnext101_32x8d',
  '3,4,23,3 bottleneck 64x4': 'resnext101_64x4d',
  '3,4,6,3 bottleneck 1x128': 'wide_resnet50_2',
  '3,4,23,3 bottleneck 1x128': 'wide_resnet101_2',
}

/** ResNet (He et al. 2015, arXiv 1512.03385) as torchvision and timm write it: a bottleneck strides in its 3x3 convolution. */
export const resnet: TorchFamily = {
  label: 'ResNet 18 to 152, ResNeXt, Wide ResNet (torchvision, timm)',
  names: /^(wide_)?resne[x]?t\d+/,
  matches: (state) => state.has('conv1.weight') && state.has('bn1.weight') && state.has('layer1.0.conv1.weight'),
  variant(state) {
    const name = VARIANTS[keyOf(state)] ?? 'resnet'
    return { name, size: 224, pixels: IMAGENET }
  },
  build(torch) {
    torch.block('stem', 'Stem')
    torch.conv('conv1', { stride: 2, padding: 3 })
    torch.norm('bn1')
    torch.activation('relu', 'relu')
    // Zeros are as good as PyTorch's minus infinity here: nothing is below zero after a ReLU.
    torch.layer('maxpool.pad', 'ZeroPadding2D', { padding: 1 })
    torch.layer('maxpool', 'MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] })
    for (const stage of STAGES) {
      const blocks = countModules(torch.state, `layer${stage}.`, '.conv1.weight')
      for (let index = 0; index < blocks; index++) {
        const name = `layer${stage}.${index}`
        torch.block(name, `Stage ${stage}, block ${index}`)
        addBlock(torch, name, stage > 1 && index === 0 ? 2 : 1)
      }
    }
    torch.block('head', 'Head')
    return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'fc')
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number): void {
  const input = torch.last()
  const isBottleneck = torch.has(`${name}.conv3.weight`)
  torch.conv(`${name}.conv1`, isBottleneck ? {} : { stride, padding: 1 })
  torch.norm(`${name}.bn1`)
  torch.activation(`${name}.relu1`, 'relu')
  torch.conv(`${name}.conv2`, isBottleneck ? { stride, padding: 1 } : { padding: 1 })
  let main = torch.norm(`${name}.bn2`)
  if (isBottleneck) {
    torch.activation(`${name}.relu2`, 'relu')
    torch.conv(`${name}.conv3`)
    main = torch.norm(`${name}.bn3`)
  }
  let skip = input
  if (torch.has(`${name}.downsample.0.weight`)) {
    torch.conv(`${name}.downsample.0`, { stride }, input)
    skip = torch.norm(`${name}.downsample.1`, TORCH_NORM)
  }
  torch.add(`${name}.add`, [main, skip])
  torch.activation(`${name}.relu`, 'relu')
}

function keyOf(state: StateDict): string {
  const counts = STAGES.map((stage) => countModules(state, `layer${stage}.`, '.conv1.weight'))
  const kind = state.has('layer1.0.conv3.weight') ? 'bottleneck' : 'basic'
  const [width = 0, perGroup = 1] = state.get('layer1.0.conv2.weight')?.shape ?? []
  const groups = width / perGroup
  return `${counts.join(',')} ${kind} ${groups}x${perGroup}`
}
