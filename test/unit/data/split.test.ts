import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SplitItem, splitItems } from '../../../src-main/data/split.ts'

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
