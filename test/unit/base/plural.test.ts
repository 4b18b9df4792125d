import { expect, test } from 'vitest'
import { plural } from '../../../src-main/base/plural.ts'

test.each([
  [1, 'image', undefined, '1 image'],
  [2, 'image', undefined, '2 images'],
  [0, 'image', undefined, '0 images'],
  [12_345, 'image', undefined, '12,345 images'],
  [1, 'class', 'classes', '1 class'],
  [3, 'class', 'classes', '3 classes'],
])('%s %s', (count, one, many, text) => expect(plural(count, one, many)).toBe(text))
