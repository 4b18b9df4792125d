import type { GreyFigures } from './grey-figures.ts'

export interface Fault {
  readonly row: number
  readonly fault: 'dark' | 'bright' | 'blurred' | 'blank'
  /** 0..1: how far beyond the limit. */
  readonly score: number
}

/** Noise of a camera and of JPEG is of about two greys; a cloudless sky has a deviation of five to ten. */
const BLANK_DEVIATION = 4
/** Not one pixel in a hundred is brighter than a fifth of white: nothing can be made out on a screen in a lit room. */
const DARK_HIGH = 51
/** Not one pixel in a hundred is below nine tenths of white. A drawing on white paper has that much ink. */
const BRIGHT_LOW = 230
/** Robust deviations from the set's median beyond which a value is out (Iglewicz, Hoaglin 1993, section 3.3). */
const OUT = 3.5
/** And in any case at least so much less sharp than the set. */
const BLURRED_SHARE = 0.25
/** A median of fewer says nothing of what is usual. */
const LEAST_PICTURES = 10

/** Pictures that are really out, worst first; one fault each, the first of blank, dark, bright, blurred. Blurred is meant against the set:
 *  the logarithm of sharpness far below the median, in units of the median absolute deviation. */
export function pictureFaults(figures: readonly GreyFigures[]): Fault[] {
  const limit = blurLimit(figures)
  return figures
    .flatMap((figure, row) => {
      const fault = faultOf(figure, limit)
      return fault === null ? [] : [{ row, ...fault }]
    })
    .sort((a, b) => b.score - a.score || a.row - b.row)
}

function faultOf(figure: GreyFigures, blur: number): Omit<Fault, 'row'> | null {
  const { deviation, high, low, sharpness } = figure
  if (deviation < BLANK_DEVIATION) return { fault: 'blank', score: 1 - deviation / BLANK_DEVIATION }
  if (high < DARK_HIGH) return { fault: 'dark', score: 1 - high / DARK_HIGH }
  if (low > BRIGHT_LOW) return { fault: 'bright', score: (low - BRIGHT_LOW) / (255 - BRIGHT_LOW) }
  return sharpness < blur ? { fault: 'blurred', score: 1 - sharpness / blur } : null
}

/** Sharpness below which a picture is blurred, beside these. */
function blurLimit(figures: readonly GreyFigures[]): number {
  const logs = figures
    .filter(({ deviation, sharpness }) => deviation >= BLANK_DEVIATION && sharpness > 0)
    .map(({ sharpness }) => Math.log(sharpness))
  if (logs.length < LEAST_PICTURES) return 0
  const middle = median(logs)
  // 1.4826: the deviation of a normal distribution whose median absolute deviation is 1.
  const spread = 1.4826 * median(logs.map((log) => Math.abs(log - middle)))
  return Math.exp(Math.min(middle - OUT * spread, middle + Math.log(BLURRED_SHARE)))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  return (sorted[Math.floor(half - 0.5)]! + sorted[Math.ceil(half - 0.5)]!) / 2
}
