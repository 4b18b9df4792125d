import type { PixelStatistics } from '../../contract/datasets.ts'

export interface StatisticsGap {
  /** What differs, most telling first, each a phrase; empty: nothing worth a word. */
  readonly phrases: readonly string[]
  /** The ranges do not belong together: one domain is stored at another scale. */
  readonly isScale: boolean
  /** One set looks like the other inverted: dark on light instead of light on dark. */
  readonly isInverted: boolean
}

/** One range is so many times as wide as the other: stored at another scale. */
const SCALE_FACTOR = 4
/** Means this far apart, in standard deviations of the source, are worth a word; likewise a ratio of standard deviations. */
const MEAN_GAP = 1
const SPREAD_FACTOR = 2
/** A mirrored mean is met within this many standard deviations of the source; standard deviations of mirrored values are this much alike. */
const MIRROR_GAP = 0.25
const MIRROR_SPREAD = 1.25

/** Holds value range, mean and spread of two sets of images against each other, per channel and in the units they are stored in (0..255).
 *  A target at another scale is the most common cause of failed adaptation (corenel/pytorch-adda, pull request 29: 97 % instead of 8 to
 *  15 % once both domains were scaled alike). */
export function statisticsGap(source: PixelStatistics, target: PixelStatistics): StatisticsGap {
  const phrases: string[] = []
  const range = (of: PixelStatistics) => ({ low: Math.min(...of.min), high: Math.max(...of.max) })
  const [s, t] = [range(source), range(target)]
  const factor = Math.max(s.high - s.low, 1) / Math.max(t.high - t.low, 1)
  const isScale = factor >= SCALE_FACTOR || factor <= 1 / SCALE_FACTOR
  if (isScale) phrases.push(`values from ${s.low} to ${s.high} against ${t.low} to ${t.high}`)
  for (let c = 0; c < Math.min(source.mean.length, target.mean.length); c++) {
    const name = source.mean.length === 1 ? '' : ` of ${['red', 'green', 'blue'][c]!}`
    const [mean, std] = [source.mean[c]!, Math.max(source.std[c]!, 1)]
    if (Math.abs(target.mean[c]! - mean) > MEAN_GAP * std) {
      phrases.push(`mean${name} ${mean.toFixed(0)} against ${target.mean[c]!.toFixed(0)}`)
    }
    const spread = Math.max(target.std[c]!, 1) / std
    if (spread > SPREAD_FACTOR || spread < 1 / SPREAD_FACTOR) {
      phrases.push(`standard deviation${name} ${std.toFixed(0)} against ${target.std[c]!.toFixed(0)}`)
    }
  }
  return { phrases, isScale, isInverted: !isScale && isMirrored(source, target) }
}

/** Means lie far apart and at mirrored places of the source's range, in every channel, with the same spread. */
function isMirrored(source: PixelStatistics, target: PixelStatistics): boolean {
  const ends = Math.min(...source.min) + Math.max(...source.max)
  return source.mean.every((mean, c) => {
    const [std, other] = [Math.max(source.std[c]!, 1), target.mean[c]]
    if (other === undefined) return false
    const spread = Math.max(target.std[c]!, 1) / std
    const isFar = Math.abs(other - mean) > MEAN_GAP * std
    return isFar && Math.abs(ends - mean - other) < MIRROR_GAP * std && Math.abs(Math.log(spread)) < Math.log(MIRROR_SPREAD) // prettier-ignore
  })
}
