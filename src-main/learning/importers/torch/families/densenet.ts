import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { countModules, IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

const STAGES = [1, 2, 3, 4] as const
const VARIANTS: Readonly<Record<string, string>> = {
  '6,12,24,16': 'densenet121',
  '6,12,32,32': 'densenet169',
  '6,12,48,32': 'densenet201',
  '6,12,36,24': 'densenet161',
}

/** DenseNet (Huang et al. 2016, arXiv 1608.06993) of torchvision. */
export const densenet: TorchFamily = {
  label: 'DenseNet 121 to 201 (torchvision)',
  names: /^densenet\d+/,
  matches: (state) => state.has('features.conv0.weight') && state.has('features.denseblock1.denselayer1.conv1.weight'),
  // The published files are older than the names of today's modules.
  renamed: (name) => name.replace(/(denselayer\d+\.(?:norm|conv))\.([12]\.\w+)$/, '$1$2'),
  variant: (state) => ({ name: VARIANTS[depths(state).join()] ?? 'densenet', size: 224, pixels: IMAGENET }),
  build(torch) {
    torch.block('stem', 'Stem')
    torch.conv('features.conv0', { stride: 2, padding: 3 })
    torch.norm('features.norm0')
    torch.activation('features.relu0', 'relu')
    torch.layer('features.pool0.pad', 'ZeroPadding2D', { padding: 1 })
    torch.layer('features.pool0', 'MaxPooling2D', { pool_size: [3, 3], strides: [2, 2] })
    for (const [index, count] of depths(torch.state).entries()) {
      const stage = `features.denseblock${index + 1}`
      torch.block(stage, `Dense block ${index + 1}`)
      for (let layer = 1; layer <= count; layer++) addLayer(torch, `${stage}.denselayer${layer}`)
      if (index < 3) addTransition(torch, `features.transition${index + 1}`)
    }
    torch.block('head', 'Head')
    torch.norm('features.norm5')
    torch.activation('relu', 'relu')
    return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'classifier')
  },
}

function addLayer(torch: TorchNetwork, name: string): void {
  const input = torch.last()
  torch.norm(`${name}.norm1`)
  torch.activation(`${name}.relu1`, 'relu')
  torch.conv(`${name}.conv1`)
  torch.norm(`${name}.norm2`)
  torch.activation(`${name}.relu2`, 'relu')
  const main = torch.conv(`${name}.conv2`, { padding: 1 })
  const channels = torch.channelsOf(input) + torch.channelsOf(main)
  torch.layer(`${name}.concat`, 'Concatenate', {}, [input, main], channels)
}

function addTransition(torch: TorchNetwork, name: string): void {
  torch.norm(`${name}.norm`)
  torch.activation(`${name}.relu`, 'relu')
  torch.conv(`${name}.conv`)
  torch.layer(`${name}.pool`, 'AveragePooling2D', { pool_size: [2, 2], strides: [2, 2] })
}

const depths = (state: StateDict): number[] =>
  STAGES.map((stage) => countModules(state, `features.denseblock${stage}.denselayer`, '.conv1.weight', 1))
