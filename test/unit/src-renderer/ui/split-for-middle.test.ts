import { expect, it } from 'vitest'
import { shortenMiddle, splitForMiddle } from '../../../../src-renderer/ui/split-for-middle.ts'

it('keeps the end of a long name, and leaves a short one whole', () => {
  expect(splitForMiddle('conv_pw1')).toEqual(['conv_pw1', ''])
  expect(splitForMiddle('Dense block 2')).toEqual(['Dense bl', 'ock 2'])
  const long = 'features.denseblock1.denselayer12.conv2'
  expect(splitForMiddle(long)).toEqual(['features.denseblock1.denselayer1', '2.conv2'])
  expect(splitForMiddle(long).join('')).toBe(long)
  expect(splitForMiddle('🙂'.repeat(20))[1]).toBe('🙂'.repeat(7))
})

it('brings a text down to a number of characters', () => {
  expect(shortenMiddle('Stage 1, block 0', 16)).toBe('Stage 1, block 0')
  expect(shortenMiddle('features.denseblock1', 11)).toBe('featu…lock1')
})
