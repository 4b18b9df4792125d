import { describe, expect, it } from 'vitest'
import type { Split } from '../../src-main/contract/datasets.ts'
import { assignSplits } from '../../src-main/core/datasets/assign-splits.ts'
import { completePlan } from '../../src-main/core/datasets/split-plan.ts'
import { type SplitItem, splitItems } from '../../src-main/data/split.ts'
import { digest, golden } from '../support/golden.ts'

const PLAN = { train: 0.7, validation: 0.15, test: 0.15, seed: 4 }
const make = (label: SplitItem['label'], count: number, more: Partial<SplitItem> = {}): SplitItem[] =>
  Array.from({ length: count }, (_, i) => ({ label, contentHash: `${label} ${i} ${more.given}`, given: null, ...more }))
/** One letter an item: r train, v validation, t test. */
const letters = (splits: readonly Split[]): string =>
  splits.map((split) => (split === 'train' ? 'r' : split[0])).join('')
const dealt = (items: readonly SplitItem[], plan: Partial<typeof PLAN> = {}): string =>
  letters(splitItems(items, { ...PLAN, ...plan }))

describe('the split of a seed', () => {
  it('is the same for any size of a class', async () => {
    const sizes = [1, 2, 3, 4, 5, 7, 10, 20, 33, 60]
    await golden('sizes', Object.fromEntries(sizes.map((size) => [size, dealt(make('a', size))])))
    const large = splitItems(make('a', 10_000), PLAN)
    await golden('10000 items', { begins: letters(large.slice(0, 60)), all: digest(large) })
  })

  it('is the same for any seed', async () => {
    const seeds = [0, 1, 2, 42, 2_147_483_647]
    await golden('seeds', Object.fromEntries(seeds.map((seed) => [seed, dealt(make('a', 30), { seed })])))
  })

  it('is the same for any shares', async () => {
    const shares = [[0.7, 0.15, 0.15], [0.8, 0.1, 0.1], [0.8, 0.2, 0], [0.5, 0, 0.5], [1, 0, 0], [0, 0, 0], [0.98, 0.01, 0.01], [0.6, 0.6, 0.6]] // prettier-ignore
    const named = shares.map(([train = 0, validation = 0, test = 0]) => {
      return [`${train} ${validation} ${test}`, dealt(make('a', 25), { train, validation, test })]
    })
    await golden('shares', Object.fromEntries(named))
  })

  it('is the same for classes by text, by number and without a label', async () => {
    await golden('classes', {
      text: dealt([...make('ant', 12), ...make('bee', 7), ...make('Ω', 5)]),
      numbers: dealt([...make(0, 10), ...make(10, 10), ...make(2, 3)]),
      unlabelled: dealt([...make('ant', 8), ...make(null, 12)]),
    })
  })

  it('is the same where the source gives splits', async () => {
    const train = make('a', 20, { given: 'train' })
    const test = make('a', 4, { given: 'test' })
    const validation = make('a', 4, { given: 'validation' })
    await golden('given', {
      'train and test': dealt([...train, ...test]),
      'train and test, no validation share': dealt([...train, ...test], { validation: 0 }),
      'all three': dealt([...train, ...validation, ...test]),
      'test, and items without one': dealt([...test, ...make('a', 15)]),
      'train alone': dealt(train),
    })
  })

  it('is the same where contents are equal', async () => {
    const copies = (count: number, name: string, more: Partial<SplitItem> = {}) =>
      make('a', count, { contentHash: name, ...more })
    await golden('copies', {
      'some pairs': dealt([...copies(2, 'x'), ...make('a', 20), ...copies(2, 'y'), ...copies(3, 'z')]),
      'one picture ten times': dealt([...copies(10, 'x'), ...make('a', 2)]),
      'small classes of pairs': dealt([...copies(2, 'x'), ...copies(2, 'y'), ...copies(2, 'z')]),
      'pairs where train and validation lack as much': dealt(
        ['x', 'y', 'z', 'u', 'w'].flatMap((name) => copies(2, name)),
        { train: 0.5, validation: 0.5, test: 0 },
      ),
      'over given splits': dealt([
        ...copies(1, 'x', { given: 'train' }),
        ...copies(1, 'x', { given: 'test' }),
        ...copies(1, 'y', { given: 'validation' }),
        ...copies(1, 'y', { given: 'train' }),
        ...make('a', 6),
      ]),
    })
  })

  it('is the same for a table, whose equal rows are several, and for pictures', async () => {
    const column = { id: 7, name: 'kind', type: 'classification' as const, classes: ['ant', 'bee'] }
    const source = {
      hashes: Array.from({ length: 24 }, (_, i) => `h${i % 20}`),
      columns: [column],
      labels: new Map([[7, Float64Array.from({ length: 24 }, (_, i) => (i % 5 === 4 ? NaN : i % 2))]]),
      given: () => null,
    }
    const plan = { ...PLAN, stratifyBy: 'kind' }
    const free = { ...PLAN, stratifyBy: null }
    await golden('sources', {
      table: letters(assignSplits({ ...source, kind: 'table' }, plan)),
      pictures: letters(assignSplits({ ...source, kind: 'image' }, plan)),
      'table without strata': letters(assignSplits({ ...source, kind: 'table' }, free)),
    })
    await golden('plans', {
      'nothing given': completePlan({}, [column]),
      'test given': completePlan({ test: 0.4 }, [column]),
      'no classes': completePlan({ train: 0.8 }, []),
    })
  })

  it('of one class does not depend on where the others lie among it', () => {
    const [ants, bees] = [make('ant', 20), make('bee', 9)]
    const mixed = [...bees.slice(0, 4), ...ants.flatMap((ant, i) => (i < 5 ? [ant, bees[i + 4]!] : [ant]))]
    const of = (items: readonly SplitItem[], label: string): string => {
      const splits = splitItems(items, PLAN)
      return letters(splits.filter((_, i) => items[i]!.label === label))
    }
    for (const label of ['ant', 'bee']) expect(of(mixed, label)).toBe(of([...ants, ...bees], label))
    expect(of(ants, 'ant')).toBe(of(mixed, 'ant'))
  })
})
