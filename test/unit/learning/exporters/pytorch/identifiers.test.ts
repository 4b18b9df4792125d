import { expect, it } from 'vitest'
import { identifiers } from '../../../../../src-main/learning/exporters/pytorch/identifiers.ts'

it('layers keep their names as far as Python and a module of PyTorch allow', () => {
  const names = ['conv1', 'stages.0.norm', 'stages_0_norm', '3d', 'class', 'train', 'x', '__mangled', 'a-b']
  expect([...identifiers(names).values()]).toEqual([
    ...['conv1', 'stages_0_norm', 'stages_0_norm_', 'layer_3d', 'class_', 'train_', 'x_'],
    ...['layer___mangled', 'a_b'],
  ])
})
