import { seededRandom } from '../../../../base/seeded-random.ts'
import { ahpShares } from './ahp.ts'
import { bootstrapIntervals, type Interval } from './bootstrap.ts'
import { isAllTie, winRate, winRates } from './win-rates.ts'

/** Losses of everything that learned one target, item by item, smaller is better. */
export interface TargetLosses {
  /** [competitor][item] on which sources are chosen. */
  readonly chosenOn: readonly (readonly number[])[]
  /** [competitor][item] on which the choice is measured. */
  readonly measuredOn: readonly (readonly number[])[]
  /** Of the network that was trained for the target with all labels, on the latter items; null: there is none. */
  readonly full: readonly number[] | null
  /** Place of the competitor that was trained from scratch on the same few labels. */
  readonly scratch: number
  /** Places of competitors that may be suggested: transfers from other tasks. */
  readonly candidates: readonly number[]
}

export interface TargetAffinity {
  /** AHP shares of all competitors, sum 1. */
  readonly shares: readonly number[]
  /** The candidate with the largest share; null: there is no candidate. */
  readonly suggested: number | null
  /** In how many of 200 resamples of the items the suggested one stays the first candidate, 0..1. */
  readonly stability: number | null
  /** On which share of items the suggested one beats the other candidates, on average over them, with the middle 95 % over resamples; null: there
   *  is no other. */
  readonly againstOthers: ({ readonly share: number } & Interval) | null
  /** Gain: share of items on which a competitor beats `scratch`; with the middle 95 % over resamples. */
  readonly gain: readonly number[]
  readonly gainInterval: readonly Interval[]
  /** Quality: share of items on which a competitor beats the network trained with all labels; null: there is none. */
  readonly quality: readonly number[] | null
  readonly isAllTie: boolean
}

const RESAMPLES = 200

/** Affinity of sources to one target: shares by AHP, gain and quality. Paper: Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, sections
 *  3.3 and 4. */
export function targetAffinity(losses: TargetLosses, seed: number): TargetAffinity {
  const { chosenOn, measuredOn, full, scratch, candidates } = losses
  const wins = winRates(chosenOn)
  const shares = ahpShares(wins)
  const suggested = best(shares, candidates)
  const all = Array.from({ length: measuredOn[0]?.length ?? 0 }, (_, i) => i)
  const gains = (items: readonly number[]) => measuredOn.map((own) => winRate(own, measuredOn[scratch]!, items))
  return {
    shares,
    suggested,
    stability: suggested === null || candidates.length < 2 ? null : stabilityOf(losses, suggested, seed),
    againstOthers: suggested === null ? null : againstOthers(losses, suggested, seed),
    gain: gains(all),
    gainInterval: bootstrapIntervals(all.length, gains, { seed }),
    quality: full === null ? null : measuredOn.map((own) => winRate(own, full, all)),
    isAllTie: isAllTie(wins),
  }
}

function best(shares: readonly number[], candidates: readonly number[]): number | null {
  return candidates.reduce<number | null>((a, b) => (a === null || shares[b]! > shares[a]! ? b : a), null)
}

function againstOthers({ measuredOn, candidates }: TargetLosses, suggested: number, seed: number) {
  const others = candidates.filter((candidate) => candidate !== suggested)
  if (others.length === 0) return null
  const own = measuredOn[suggested]!
  const shareOf = (items: readonly number[]) =>
    others.reduce((sum, other) => sum + winRate(own, measuredOn[other]!, items), 0) / others.length
  const [interval] = bootstrapIntervals(own.length, (items) => [shareOf(items)], { seed })
  return { share: shareOf(Array.from({ length: own.length }, (_, i) => i)), ...interval! }
}

function stabilityOf({ chosenOn, candidates }: TargetLosses, suggested: number, seed: number): number {
  const count = chosenOn[0]!.length
  const random = seededRandom(seed, 'affinity resamples')
  let same = 0
  for (let i = 0; i < RESAMPLES; i++) {
    const items = Array.from({ length: count }, () => Math.floor(random() * count))
    if (best(ahpShares(winRates(chosenOn, items)), candidates) === suggested) same += 1
  }
  return same / RESAMPLES
}
