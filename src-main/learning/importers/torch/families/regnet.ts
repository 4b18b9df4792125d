import { addSqueezeExcite } from '../squeeze-excite.ts'
import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { countModules, IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

const STAGES = [1, 2, 3, 4] as const
/** Blocks per stage and channels of the last one. */
const VARIANTS: Readonly<Record<string, string>> = {
  '1,3,6,6 440': 'regnet_y_400mf',
  '1,3,8,2 784': 'regnet_y_800mf',
  '2,6,17,2 888': 'regnet_y_1_6gf',
  '2,5,13,1 1512': 'regnet_y_3_2gf',
  '2,4,10,1 2016': 'regnet_y_8gf',
  '2,4,11,1 3024': 'regnet_y_16gf',
  '1,2,7,12 400': 'regnet_x_400mf',
  '1,3,7,5 672': 'regnet_x_800mf',
  '2,4,10,2 912': 'regnet_x_1_6gf',
  '2,6,15,2 1008': 'regnet_x_3_2gf',
  '2,5,15,1 1920': 'regnet_x_8gf',
  '2,6,13,1 2048': 'regnet_x_16gf',
}

/** RegNet X and Y (Radosavovic et al. 2020, arXiv 2003.13678) of torchvision. */
export const regnet: TorchFamily = {
  label: 'RegNet X and Y (torchvision)',
  names: /^regnet_?[xy]/,
  matches: (state) => state.has('stem.0.weight') && state.has('trunk_output.block1.block1-0.f.a.0.weight'),
  variant(state) {
    const blocks = STAGES.map((stage) => blocksOf(state, stage))
    const channels = state.get('trunk_output.block4.block4-0.f.c.0.weight')?.shape[0] ?? 0
    return { name: VARIANTS[`${blocks.join()} ${channels}`] ?? 'regnet', size: 224, pixels: IMAGENET }
  },
  build(torch) {
    torch.block('stem', 'Stem')
    addConvolution(torch, 'stem', { stride: 2, padding: 1 })
    torch.activation('stem.2', 'relu')
    for (const stage of STAGES) {
      for (let index = 0; index < blocksOf(torch.state, stage); index++) {
        const name = `trunk_output.block${stage}.block${stage}-${index}`
        torch.block(`block${stage}-${index}`, `Stage ${stage}, block ${index}`)
        addBlock(torch, name, index === 0 ? 2 : 1)
      }
    }
    torch.block('head', 'Head')
    return torch.classifier(torch.layer('avgpool', 'GlobalAveragePooling2D'), 'fc')
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number): void {
  const input = torch.last()
  addConvolution(torch, `${name}.f.a`)
  torch.activation(`${name}.f.a.2`, 'relu')
  addConvolution(torch, `${name}.f.b`, { stride, padding: 1 })
  torch.activation(`${name}.f.b.2`, 'relu')
  if (torch.has(`${name}.f.se.fc1.weight`)) {
    const excite = {
      reduce: `${name}.f.se.fc1`,
      expand: `${name}.f.se.fc2`,
      activation: 'relu',
      gate: 'sigmoid',
    } as const
    addSqueezeExcite(torch, `${name}.f.se`, excite)
  }
  const main = addConvolution(torch, `${name}.f.c`)
  const isProjected = torch.has(`${name}.proj.0.weight`)
  const skip = isProjected ? addConvolution(torch, `${name}.proj`, { stride }, input) : input
  torch.add(`${name}.add`, [main, skip])
  torch.activation(`${name}.activation`, 'relu')
}

function addConvolution(
  torch: TorchNetwork,
  name: string,
  options: { stride?: number; padding?: number } = {},
  input = torch.last(),
): string {
  torch.conv(`${name}.0`, options, input)
  return torch.norm(`${name}.1`)
}

const blocksOf = (state: StateDict, stage: number): number =>
  countModules(state, `trunk_output.block${stage}.block${stage}-`, '.f.a.0.weight')
