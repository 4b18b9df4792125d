import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Split } from '../../../../src-main/contract/datasets.ts'
import type { DuplicateGroup } from '../../../../src-main/contract/labelling.ts'
import { keepTogether, moveWords, straddlingWords } from '../../../../src-renderer/features/audit/keep-together.ts'

const split = fc.constantFrom<Split[]>('train', 'validation', 'test')

function group(first: number, splits: readonly Split[]): DuplicateGroup {
  const items = splits.map((own, i) => ({ item: first + i, path: `${first + i}.png`, split: own, label: null }))
  return { items, similarity: 0.99, acrossSplits: new Set(splits).size > 1 }
}

/** Groups that share no items, as links between near copies make them. */
const groups = fc.array(fc.array(split, { minLength: 2, maxLength: 6 }), { maxLength: 12 }).map((all) => {
  let next = 1
  return all.map((splits) => {
    next += splits.length
    return group(next - splits.length, splits)
  })
})

describe('near copies that are kept together', () => {
  it('straddle no splits afterwards, and only those that did are moved, never into the test split', () => {
    fc.assert(
      fc.property(groups, (all) => {
        const after = new Map(all.flatMap(({ items }) => items.map((one) => [one.item, one.split] as const)))
        const before = new Map(after)
        const moved = keepTogether(all).flatMap((move) => move.itemIds.map((id) => [id, move.split] as const))
        expect(new Set(moved.map(([id]) => id)).size).toBe(moved.length)
        for (const [id, to] of moved) {
          expect([to === 'test', before.get(id) === to]).toEqual([false, false])
          after.set(id, to)
        }
        for (const { items, acrossSplits } of all) {
          expect(new Set(items.map(({ item }) => after.get(item))).size).toBe(1)
          if (!acrossSplits) for (const { item } of items) expect(after.get(item)).toBe(before.get(item))
        }
      }),
    )
  })

  it('go to train where one of them is there, else to validation', () => {
    const moves = keepTogether([group(1, ['test', 'train', 'validation']), group(4, ['validation', 'test'])])
    expect(moves).toEqual([
      { split: 'train', itemIds: [1, 3] },
      { split: 'validation', itemIds: [5] },
    ])
    expect(moveWords(moves)).toMatch(/^Moves 2 images to train and 1 image to validation/)
  })

  it('are told of before, by split', () => {
    const all = [group(1, ['test', 'train']), group(3, ['test', 'test', 'train']), group(6, ['validation', 'train'])]
    expect(straddlingWords(all)).toBe(
      '3 test images have a near copy in training, 1 validation image has a near copy in training. A test score is then too good.',
    )
    expect(straddlingWords([group(1, ['train', 'train'])])).toBe('')
  })
})
