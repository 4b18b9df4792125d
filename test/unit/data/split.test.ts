import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SplitItem, splitInPieces, splitItems } from '../../../src-main/data/split.ts'

const PLAN = { train: 0.7, validation: 0.15, test: 0.15, seed: 4 }
const make = (label: string | null, count: number, from = 0): SplitItem[] =>
  Array.from({ length: count }, (_, i) => ({ label, contentHash: `${label}${from + i}`, given: null }))
const count = (splits: readonly string[]) => ({
  train: splits.filter((split) => split === 'train').length,
  validation: splits.filter((split) => split === 'validation').length,
  test: splits.filter((split) => split === 'test').length,
})

describe('splitItems', () => {
  it('keeps the shares in every class', () => {
    const items = [...make('a', 100), ...make('b', 20)]
    const splits = splitItems(items, PLAN)
    expect(count(splits.slice(0, 100))).toEqual({ train: 70, validation: 15, test: 15 })
    expect(count(splits.slice(100))).toEqual({ train: 14, validation: 3, test: 3 })
  })

  it('is the same for the same seed, and another for another', () => {
    const items = make('a', 50)
    expect(splitItems(items, PLAN)).toEqual(splitItems(items, PLAN))
    expect(splitItems(items, PLAN)).not.toEqual(splitItems(items, { ...PLAN, seed: 5 }))
  })

  it('gives every split one of a class of three, and a class of one to train', () => {
    expect(count(splitItems(make('a', 3), { ...PLAN, train: 0.98, validation: 0.01, test: 0.01 }))).toEqual({
      train: 1,
      validation: 1,
      test: 1,
    })
    expect(splitItems(make('a', 1), PLAN)).toEqual(['train'])
  })

  it('takes shares relative to their sum, and everything as train when there are none', () => {
    expect(count(splitItems(make('a', 10), { train: 0.8, validation: 0, test: 0.8, seed: 1 }))).toMatchObject({
      test: 5,
    })
    expect(count(splitItems(make('a', 10), { train: 0, validation: 0, test: 0, seed: 1 })).train).toBe(10)
  })

  it('takes what a split of a tiny share needs from the largest', () => {
    const shares = { train: 0.01, validation: 0.3, test: 0.69, seed: 1 }
    expect(count(splitItems(make('a', 10), shares))).toEqual({ train: 1, validation: 3, test: 6 })
    expect(count(splitItems(make('a', 10), { ...shares, train: 0.1, validation: 0.2, test: 0.7 }))).toEqual({
      train: 1,
      validation: 2,
      test: 7,
    })
  })

  it('deals the largest remainders first, train before validation before test', () => {
    const third = { train: 1, validation: 1, test: 1, seed: 1 }
    expect(count(splitItems(make('a', 10), third))).toEqual({ train: 4, validation: 3, test: 3 })
    expect(count(splitItems(make('a', 11), third))).toEqual({ train: 4, validation: 4, test: 3 })
    // 3.5, 1.75 and 1.75 of 7.
    const half = { train: 0.5, validation: 0.25, test: 0.25, seed: 1 }
    expect(count(splitItems(make('a', 7), half))).toEqual({ train: 3, validation: 2, test: 2 })
    expect(count(splitItems(make('a', 2), half))).toEqual({ train: 1, validation: 1, test: 0 })
  })

  it('deals copies to train or validation, whichever lacks most, and never the last of validation', () => {
    const copies = (name: string, times: number) => Array.from({ length: times }, () => make(name, 1)[0]!)
    const even = { train: 0.4, validation: 0.6, test: 0, seed: 1 }
    // Of 10: 4 and 6. The four go to validation, which then lacks 2; the three go to train, the rest one by one.
    const items = [...copies('x', 4), ...copies('y', 3), ...make('z', 3)].map((item) => ({ ...item, label: 'a' }))
    const splits = splitItems(items, even)
    expect(count(splits)).toEqual({ train: 4, validation: 6, test: 0 })
    expect(new Set(splits.slice(0, 4)).size + new Set(splits.slice(4, 7)).size).toBe(2)
    expect(count(splitItems(copies('x', 5), { ...even, train: 0.1, validation: 0.9 }))).toMatchObject({ train: 5 })
  })

  it('deals items without a class as a group of their own', () => {
    const items = [...make(null, 20), ...make('unlabelled', 20)]
    const splits = splitItems(items, { ...PLAN, train: 0.8, validation: 0.2, test: 0 })
    expect([count(splits.slice(0, 20)), count(splits.slice(20))]).toEqual([
      { train: 16, validation: 4, test: 0 },
      { train: 16, validation: 4, test: 0 },
    ])
  })

  it('rests after every 5,000 items, contents and deals, and after each class', () => {
    const rests = (items: readonly SplitItem[]) => [...splitInPieces(items, PLAN)].length
    expect(rests(make('a', 3))).toBe(1)
    expect(rests([...make('a', 3), ...make('b', 3)])).toBe(2)
    expect(rests(make('a', 4_999))).toBe(1)
    expect(rests(make('a', 10_000))).toBe(2 + 2 + 1 + 2)
  })

  it('keeps given splits, and cuts a missing validation split from train', () => {
    const items = [
      ...make('a', 20).map((item) => ({ ...item, given: 'train' as const })),
      ...make('a', 10, 100).map((item) => ({ ...item, given: 'test' as const })),
    ]
    const splits = splitItems(items, { ...PLAN, train: 0.8, validation: 0.2 })
    expect(count(splits.slice(0, 20))).toEqual({ train: 16, validation: 4, test: 0 })
    expect(count(splits.slice(20)).test).toBe(10)
    expect(count(splitItems(items, { ...PLAN, validation: 0 }).slice(0, 20)).train).toBe(20)
  })

  it('keeps a test split of the source whole, copies and all', () => {
    const items: SplitItem[] = [
      { label: 'a', contentHash: 'same', given: 'train' },
      { label: 'a', contentHash: 'same', given: 'test' },
      { label: 'a', contentHash: 'twice', given: 'test' },
      { label: 'a', contentHash: 'twice', given: 'test' },
      { label: 'a', contentHash: 'other', given: 'test' },
    ]
    expect(splitItems(items, { ...PLAN, validation: 0 })).toEqual(['train', 'test', 'test', 'test', 'test'])
    const loose: SplitItem = { label: 'a', contentHash: 'other', given: null }
    expect(splitItems([...items, loose], { ...PLAN, validation: 0 }).slice(4)).toEqual(['test', 'train'])
  })

  it('puts copies that the source gives to train and validation to train', () => {
    const items: SplitItem[] = (['validation', 'train', 'validation'] as const).map((given, i) => {
      return { label: 'a', contentHash: i < 2 ? 'same' : 'other', given }
    })
    expect(splitItems(items, PLAN)).toEqual(['train', 'train', 'validation'])
  })

  it('fills every split of a class that has many copies of one image', () => {
    const copies = Array.from({ length: 10 }, () => ({ label: 'a', contentHash: 'same', given: null }))
    const splits = splitItems([...copies, ...make('a', 2)], PLAN)
    expect(count(splits)).toEqual({ train: 10, validation: 1, test: 1 })
  })

  it('holds its promises for any items', () => {
    const item = fc.record({
      label: fc.constantFrom('a', 'b', 'c', null),
      contentHash: fc.integer({ min: 0, max: 40 }).map(String),
      given: fc.constantFrom(null),
    })
    const plan = fc.record({
      train: fc.constantFrom(0.5, 0.7, 0.9),
      validation: fc.constantFrom(0, 0.1, 0.3),
      test: fc.constantFrom(0, 0.1, 0.3),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 120 }), plan, (items, shares) => {
        const splits = splitItems(items, shares)
        expect(splits).toHaveLength(items.length)
        const copies = new Map<string, number[]>()
        for (const [i, { contentHash }] of items.entries())
          copies.set(contentHash, [...(copies.get(contentHash) ?? []), i])
        for (const group of copies.values()) {
          expect(new Set(group.map((i) => splits[i])).size).toBe(1)
          if (group.length > 1) expect(splits[group[0]!]).not.toBe('test')
        }
        if (shares.test === 0) expect(splits).not.toContain('test')
        if (shares.validation === 0) expect(splits).not.toContain('validation')
        for (const label of ['a', 'b', 'c', null]) {
          const alone = items.flatMap((one, i) =>
            one.label === label && copies.get(one.contentHash)!.length === 1 ? [i] : [],
          )
          const inClass = items.filter((one) => one.label === label).length
          if (alone.length !== inClass || alone.length < 3) continue
          const has = new Set(alone.map((i) => splits[i]))
          expect(has.has('test')).toBe(shares.test > 0)
          expect(has.has('validation')).toBe(shares.validation > 0)
          expect(has.has('train')).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})
