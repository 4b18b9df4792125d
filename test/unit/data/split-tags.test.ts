import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { splitItems, type SplitItem } from '../../../src-main/data/split.ts'

const PLAN = { train: 0.7, validation: 0.15, test: 0.15, seed: 1 }

/** Tags of different frequency, one of them rare, some that go together. */
function items(count: number): SplitItem[] {
  const random = seededRandom(3)
  return Array.from({ length: count }, (_, i) => {
    const tags = [0.5, 0.3, 0.1, 0.02].flatMap((share, tag) => (random() < share ? [tag] : []))
    return { label: null, contentHash: `h${i}`, given: null, tags: random() < 0.1 ? null : tags }
  })
}

describe('a split of items with tags', () => {
  it('has each tag in its share, the rare ones, too, where dealing at random has not', () => {
    const all = items(2000)
    const splits = splitItems(all, PLAN)
    for (const tag of [0, 1, 2, 3]) {
      const own = splits.filter((_, i) => all[i]!.tags?.includes(tag) === true)
      for (const split of ['train', 'validation', 'test'] as const) {
        const due = PLAN[split] * own.length
        expect(Math.abs(own.filter((one) => one === split).length - due)).toBeLessThanOrEqual(1.5)
      }
    }
    for (const split of ['train', 'validation', 'test'] as const) {
      const count = splits.filter((one) => one === split).length
      expect(Math.abs(count - PLAN[split] * all.length)).toBeLessThanOrEqual(6)
    }
  })

  it('keeps copies together and out of the test split, and is the same for the same seed', () => {
    const tagSets = fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }))
    const item = fc.record({ hash: fc.integer({ min: 0, max: 30 }), tags: tagSets })
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 80 }), fc.integer({ min: 0, max: 99 }), (drawn, seed) => {
        const all = drawn.map(({ hash, tags }): SplitItem => ({
          label: null,
          contentHash: `h${hash}`,
          given: null,
          tags,
        }))
        const splits = splitItems(all, { ...PLAN, seed })
        expect(splits).toEqual(splitItems(all, { ...PLAN, seed }))
        const seen = new Map<string, Set<string>>()
        for (const [i, { contentHash }] of all.entries()) {
          seen.set(contentHash, (seen.get(contentHash) ?? new Set()).add(splits[i]!))
        }
        for (const [hash, own] of seen) {
          expect(own.size).toBe(1)
          const isCopied = all.filter(({ contentHash }) => contentHash === hash).length > 1
          if (isCopied) expect(own.has('test')).toBe(false)
        }
      }),
    )
  })

  it('leaves what the source gives where it is', () => {
    const all = items(60).map((one, i): SplitItem => ({ ...one, given: i < 20 ? 'test' : null }))
    const splits = splitItems(all, PLAN)
    expect(splits.slice(0, 20).every((split) => split === 'test')).toBe(true)
    expect(splits.slice(20).includes('test')).toBe(false)
  })
})
