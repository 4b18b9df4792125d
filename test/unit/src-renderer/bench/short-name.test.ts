import { expect, it } from 'vitest'
import { shortName } from '../../../../src-renderer/features/bench/short-name.ts'

it.each([
  ['block3_dw_bn', 'block3', 'dw_bn'],
  ['layer1.0.conv1', 'layer1.0', 'conv1'],
  ['stage1/block2/conv', 'stage1/block2', 'conv'],
  // Another block's name that begins alike, the block's own name, and no block's name at all.
  ['layer10.conv1', 'layer1', 'layer10.conv1'],
  ['head', 'head', 'head'],
  ['logits', 'head', 'logits'],
])('%s in the block %s is drawn as %s', (title, block, short) => {
  expect(shortName(title, block)).toBe(short)
})
