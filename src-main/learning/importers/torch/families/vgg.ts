import type { StateDict } from '../state-dict.ts'
import { linearAfterFlatten } from '../arrange.ts'
import { unsupported } from '../../refusals.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { IMAGENET } from './family.ts'
import type { TorchFamily, Variant } from './family.ts'

/** Convolutions before each pooling. */
const STAGES: Readonly<Record<number, readonly number[]>> = {
  8: [1, 1, 2, 2, 2],
  10: [2, 2, 2, 2, 2],
  13: [2, 2, 3, 3, 3],
  16: [2, 2, 4, 4, 4],
}

/** VGG (Simonyan and Zisserman 2014, arXiv 1409.1556) of torchvision, with and without batch normalisation. */
export const vgg: TorchFamily = {
  label: 'VGG 11 to 19, with and without BatchNorm (torchvision)',
  names: /^vgg\d/,
  matches: (state) => state.get('features.0.weight')?.shape.length === 4 && convolutions(state).length in STAGES && !state.has('features.1.0.weight') && !state.has('features.denseblock1.denselayer1.conv1.weight'), // prettier-ignore
  variant: (state) => ({
    name: `vgg${convolutions(state).length + 3}${hasNorm(state) ? '_bn' : ''}`,
    size: 224,
    pixels: IMAGENET,
  }),
  build(torch, variant) {
    const norm = hasNorm(torch.state)
    let index = 0
    for (const [stage, count] of STAGES[convolutions(torch.state).length]!.entries()) {
      torch.block(`stage${stage + 1}`, `Stage ${stage + 1}`)
      for (let repeat = 0; repeat < count; repeat++) {
        torch.conv(`features.${index++}`, { padding: 1 })
        if (norm) torch.norm(`features.${index++}`)
        torch.activation(`features.${index++}`, 'relu')
      }
      torch.layer(`features.${index++}`, 'MaxPooling2D', { pool_size: [2, 2], strides: [2, 2] })
    }
    if (!torch.has('classifier.0.weight')) {
      torch.block('head', 'Head')
      return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'classifier.6')
    }
    return torch.classifier(addHidden(torch, variant), 'classifier.6', 0.5)
  },
}

/** The two hidden layers on the flattened map, whose side the first one's tensor tells. */
function addHidden(torch: TorchNetwork, variant: Variant): string {
  torch.block('head', 'Head')
  const channels = torch.channelsOf(torch.last())
  const inputs = torch.shape('classifier.0.weight', 2)?.[1] ?? channels
  const side = Math.round(Math.sqrt(inputs / channels))
  const received = Math.floor(variant.size / 32)
  if (received % side !== 0) {
    throw unsupported(
      `Layer "classifier.0" takes a map of ${side} x ${side} pixels. An input of ${variant.size} x ${variant.size} pixels gives ${received} x ${received}.`,
      `Choose an input size of ${32 * side} pixels, or a multiple of that.`,
    )
  }
  const pool = received / side
  if (pool > 1) torch.layer('avgpool', 'AveragePooling2D', { pool_size: [pool, pool], strides: [pool, pool] })
  torch.layer('flatten', 'Flatten')
  torch.linear('classifier.0', linearAfterFlatten(channels, side, side))
  torch.activation('classifier.1', 'relu')
  torch.layer('classifier.2', 'Dropout', { rate: 0.5 })
  torch.linear('classifier.3')
  return torch.activation('classifier.4', 'relu')
}

const convolutions = (state: StateDict): string[] =>
  [...state]
    .filter(([name, { shape }]) => /^features\.\d+\.weight$/.test(name) && shape.length === 4)
    .map(([name]) => name)

const hasNorm = (state: StateDict): boolean => state.has('features.1.running_mean')
