import type { Split, SplitPlan } from '../contract/datasets.ts'

/** By what is dealt first where two splits lack as much. */
const SPLITS = ['test', 'validation', 'train'] as const

interface Dealing {
  readonly shares: Pick<SplitPlan, 'train' | 'validation' | 'test'>
  readonly random: () => number
}

/** Deals groups of equal items (several: copies of one picture) to splits so that every tag has its share in each: iterative stratification.
 *  The rarest tag is dealt first, each of its groups to the split that lacks most of that tag, then to the one that lacks most items, then
 *  by chance. Paper: Sechidis, Tsoumakas, Vlahavas, ECML PKDD 2011, algorithm 1. Departs from it: groups of several never go to test, and
 *  groups without a tag are dealt last, by items alone. Returns a split for each group. */
export function dealTags(
  groups: readonly (readonly number[])[],
  tagsOf: (place: number) => readonly number[],
  { shares, random }: Dealing,
): Split[] {
  const sum = shares.train + shares.validation + shares.test
  const share = (split: Split): number => (sum > 0 ? shares[split] / sum : Number(split === 'train'))
  const tags = groups.map((group) => tagsOf(group[0]!))
  const members = membersByTag(tags)
  const items = groups.reduce((total, group) => total + group.length, 0)
  const lackItems = perSplit((split) => share(split) * items)
  const lack = new Map(
    [...members].map(([tag, own]) => {
      const count = own.reduce((total, g) => total + groups[g]!.length, 0)
      return [tag, perSplit((split) => share(split) * count)] as const
    }),
  )
  const result = new Array<Split | undefined>(groups.length)
  const deal = (g: number, tag: number | null): void => {
    const group = groups[g]!
    const open = SPLITS.filter((split) => share(split) > 0 && !(split === 'test' && group.length > 1))
    const split = mostLacking(open, [...(tag === null ? [] : [lack.get(tag)!]), lackItems], random)
    result[g] = split
    lackItems[split] -= group.length
    for (const own of tags[g]!) lack.get(own)![split] -= group.length
  }
  const left = new Map([...members].map(([tag, own]) => [tag, own.length]))
  while (left.size > 0) {
    const rarest = [...left].reduce((least, entry) => (entry[1] < least[1] ? entry : least))[0]
    for (const g of members.get(rarest)!) {
      if (result[g] !== undefined) continue
      deal(g, rarest)
      for (const own of tags[g]!) if (left.has(own)) left.set(own, left.get(own)! - 1)
    }
    left.delete(rarest)
  }
  for (const g of groups.keys()) if (result[g] === undefined) deal(g, null)
  return result as Split[]
}

function perSplit(of: (split: Split) => number): Record<Split, number> {
  return { train: of('train'), validation: of('validation'), test: of('test') }
}

/** Groups that have each tag. */
function membersByTag(tags: readonly (readonly number[])[]): Map<number, number[]> {
  const members = new Map<number, number[]>()
  for (const [g, own] of tags.entries()) {
    for (const tag of own) {
      const known = members.get(tag)
      if (known === undefined) members.set(tag, [g])
      else known.push(g)
    }
  }
  return members
}

/** The split with the largest lack by the first measure; among equals by the next, then by chance. */
function mostLacking(
  open: readonly Split[],
  measures: readonly Readonly<Record<Split, number>>[],
  random: () => number,
): Split {
  let best = open.length === 0 ? (['train'] as Split[]) : [...open]
  for (const lack of measures) {
    const most = Math.max(...best.map((split) => lack[split]))
    best = best.filter((split) => lack[split] === most)
  }
  return best[best.length === 1 ? 0 : Math.floor(random() * best.length)]!
}
