import type { GreyPicture } from './grey-picture.ts'

/** What tells a poor picture. */
export interface GreyFigures {
  /** Grey that one percent of the pixels are not above, and that one percent are not below: 0..255. */
  readonly low: number
  readonly high: number
  /** Standard deviation of grey. */
  readonly deviation: number
  /** Variance of the Laplacian (Pech-Pacheco et al. 2000, their LAPV) over the variance of grey: edges, whatever the contrast. 0 where
   *  there is no contrast. */
  readonly sharpness: number
}

export function greyFigures(picture: GreyPicture): GreyFigures {
  const { values } = picture
  const deviation = Math.sqrt(variance(values))
  const [low, high] = extremes(values)
  return { low, high, deviation, sharpness: deviation < 1e-3 ? 0 : variance(laplacian(picture)) / deviation ** 2 }
}

/** First and last percentile, in whole greys. */
function extremes(values: Float32Array): [number, number] {
  const counts = new Int32Array(256)
  for (const value of values) counts[Math.max(0, Math.min(255, Math.round(value)))]!++
  const few = values.length / 100
  const seek = (from: number, step: number): number => {
    let grey = from
    for (let seen = counts[grey]!; seen <= few && grey + step >= 0 && grey + step < 256; seen += counts[grey]!)
      grey += step
    return grey
  }
  return [seek(0, 1), seek(255, -1)]
}

/** Of inner pixels: the four neighbours minus four times the pixel. */
function laplacian({ values, width, height }: GreyPicture): Float32Array {
  const [columns, rows] = [Math.max(0, width - 2), Math.max(0, height - 2)]
  const result = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = (y + 1) * width + x + 1
      result[y * columns + x] =
        values[at - 1]! + values[at + 1]! + values[at - width]! + values[at + width]! - 4 * values[at]!
    }
  return result
}

function variance(values: Float32Array): number {
  if (values.length === 0) return 0
  let mean = 0
  for (const value of values) mean += value / values.length
  let sum = 0
  for (const value of values) sum += (value - mean) ** 2
  return sum / values.length
}
