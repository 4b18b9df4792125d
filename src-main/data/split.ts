import { atOnce, type Piecewise } from '../base/piecewise.ts'
import { seededRandom, shuffle } from '../base/seeded-random.ts'
import type { Split, SplitPlan } from '../contract/datasets.ts'
import { dealTags } from './split-tags.ts'

export interface SplitItem {
  /** Class to keep in equal shares; null: unlabelled (a group of its own). */
  readonly label: string | number | null
  /** Tags to keep in equal shares instead; null: unlabelled. */
  readonly tags?: readonly number[] | null
  readonly contentHash: string
  /** Given by the source. */
  readonly given: Split | null
}

export type SplitShares = Pick<SplitPlan, 'train' | 'validation' | 'test'>

/** The stratum of all items with tags. */
const TAGGED = 'tags'
const SPLITS = ['train', 'validation', 'test'] as const
const FROM_TEST = SPLITS.toReversed()
/** Items or groups that are dealt with in one go. */
const PIECE = 5000

/** Deals items to train, validation and test. Pure; the same for the same items and seed.
 *  - Shares are relative (they are divided by their sum) and hold within every class, by largest remainder.
 *  - Shares of tags hold by iterative stratification (split-tags.ts).
 *  - A class of at least 3 different contents has at least one in each split with a share above 0.
 *  - Items of equal content are kept together, and never in the test split, but for those that the source puts there.
 *  - Splits given by the source stay. A validation split it lacks is cut from train; a test split it lacks stays empty.
 *    Items it gives no split are dealt to train (and validation). */
export function splitItems(items: readonly SplitItem[], plan: SplitShares & { readonly seed: number }): Split[] {
  return atOnce(splitInPieces(items, plan))
}

/** The same for many items, piece by piece. */
export function* splitInPieces(
  items: readonly SplitItem[],
  plan: SplitShares & { readonly seed: number },
): Piecewise<Split[]> {
  const result: Split[] = new Array<Split>(items.length).fill('train')
  const groups = yield* groupByContent(items)
  const given = new Set(items.map((item) => item.given).filter((split) => split !== null))
  const shares = given.size === 0 ? plan : sharesOfRest(given, plan)
  const open = new Map<string, number[][]>()
  for (const [i, all] of groups.entries()) {
    if (i % PIECE === PIECE - 1) yield
    const official = all.filter((place) => items[place]!.given === 'test')
    assign(result, official, 'test')
    const group = all.filter((place) => items[place]!.given !== 'test')
    if (group.length === 0) continue
    const split = givenSplit(group, items)
    if (split !== null && !(split === 'train' && shares.validation > 0)) assign(result, group, split)
    else push(open, stratum(group, items), group)
  }
  for (const [name, members] of open) {
    const random = seededRandom(plan.seed, name)
    shuffle(members, random)
    yield
    if (name === TAGGED)
      assignAll(
        result,
        members,
        dealTags(members, (place) => items[place]!.tags ?? [], { shares, random }),
      )
    else yield* dealClass(members, shares, result)
  }
  return result
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}

/** Indices of items by content, in order of first appearance. */
function* groupByContent(items: readonly SplitItem[]): Piecewise<number[][]> {
  const groups = new Map<string, number[]>()
  for (const [i, item] of items.entries()) {
    push(groups, item.contentHash, i)
    if (i % PIECE === PIECE - 1) yield
  }
  return [...groups.values()]
}

function stratum(group: readonly number[], items: readonly SplitItem[]): string {
  const { label, tags } = items[group[0]!]!
  if (tags !== undefined && tags !== null) return TAGGED
  return label === null ? 'unlabelled' : `label ${label}`
}

/** Copies in several given splits go where they cannot flatter: train before validation. */
function givenSplit(group: readonly number[], items: readonly SplitItem[]): Split | null {
  const splits = new Set(group.map((i) => items[i]!.given))
  return SPLITS.find((split) => splits.has(split)) ?? null
}

/** How train (and what has no split) is dealt when the source gives some splits itself. */
function sharesOfRest(given: ReadonlySet<Split>, plan: SplitShares): SplitShares {
  return { train: plan.train, validation: given.has('validation') ? 0 : plan.validation, test: 0 }
}

function assign(result: Split[], group: readonly number[], split: Split): void {
  for (const i of group) result[i] = split
}

function assignAll(result: Split[], groups: readonly number[][], splits: readonly Split[]): void {
  for (const [i, group] of groups.entries()) assign(result, group, splits[i]!)
}

/** Copies count as what they are, several items, and are dealt first: train or validation, whichever lacks most. */
function* dealClass(groups: readonly number[][], shares: SplitShares, result: Split[]): Piecewise<void> {
  const total = groups.reduce((sum, group) => sum + group.length, 0)
  const left = largestRemainder(total, groups.length, shares)
  const copies = groups.filter((group) => group.length > 1)
  const singles = groups.filter((group) => group.length === 1)
  for (const group of copies) {
    const split = left.validation - group.length >= 1 && left.validation > left.train ? 'validation' : 'train'
    left[split] -= group.length
    assign(result, group, split)
  }
  const isRich = groups.length >= 3
  const filled = new Set<Split>(copies.map((group) => result[group[0] as number] as Split))
  for (const [i, group] of singles.entries()) {
    if (i % PIECE === PIECE - 1) yield
    const empty = isRich ? FROM_TEST.find((name) => shares[name] > 0 && !filled.has(name)) : undefined
    const split = empty ?? FROM_TEST.find((name) => left[name] >= 1) ?? 'train'
    filled.add(split)
    left[split] -= 1
    assign(result, group, split)
  }
}

/** Whole numbers that add up to `total` in the given shares (Hamilton's method); with enough contents at least one each. */
function largestRemainder(total: number, contents: number, shares: SplitShares): Record<Split, number> {
  const sum = shares.train + shares.validation + shares.test
  const exact = SPLITS.map((name) => ({
    name,
    value: sum > 0 ? (total * shares[name]) / sum : name === 'train' ? total : 0,
  }))
  const counts = Object.fromEntries(exact.map(({ name, value }) => [name, Math.floor(value + 1e-9)])) as Record<
    Split,
    number
  >
  const remainders = exact
    .map(({ name, value }) => ({ name, rest: value - counts[name] }))
    .sort((a, b) => b.rest - a.rest)
  const missing = total - SPLITS.reduce((n, name) => n + counts[name], 0)
  for (const { name } of remainders.slice(0, Math.max(0, missing))) counts[name] += 1
  if (contents < 3) return counts
  for (const name of SPLITS) {
    if (shares[name] <= 0 || counts[name] >= 1) continue
    const richest = [...SPLITS].sort((a, b) => counts[b] - counts[a])[0] as Split
    counts[richest] -= 1
    counts[name] = 1
  }
  return counts
}
