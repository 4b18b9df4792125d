import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { smallestHashes } from '../../../src-main/base/smallest-hashes.ts'

const hashes = Array.from({ length: 50 }, (_, i) => `item ${i}`)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('are in the order of their SHA-256, each content once', () => {
  const chosen = smallestHashes([...hashes, ...hashes], 10).map((place) => hashes[place])
  expect(chosen).toEqual([...hashes].sort((a, b) => (sha256(a) < sha256(b) ? -1 : 1)).slice(0, 10))
})

test('hardly change when items are added, and never with their order', () => {
  const chosen = (of: readonly string[], count: number) => smallestHashes(of, count).map((place) => of[place]!)
  const before = chosen(hashes, 10)
  expect(chosen(hashes.toReversed(), 10)).toEqual(before)
  expect(chosen(hashes, 5)).toEqual(before.slice(0, 5))
  const grown = chosen([...hashes, ...Array.from({ length: 10 }, (_, i) => `new ${i}`)], 10)
  const fromBefore = grown.filter((hash) => hash.startsWith('item'))
  expect(fromBefore).toEqual(before.slice(0, fromBefore.length))
  expect(smallestHashes(['a', 'a'], 5)).toEqual([0])
})
