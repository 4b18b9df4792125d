import type { Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import type { Pace } from '../pace.ts'
import { boundingRows } from './bounding-rows.ts'
import { cosine, cosineBlocks, cosinesBetween, inverseNorms } from './cosine-blocks.ts'

export type AddPair = (a: number, b: number, similarity: number) => void

/** Below so many rows the whole product is as fast as a bound on it. */
const FEW_ROWS = 8192
const DIRECTIONS = 128
/** Of single precision: in a cosine, and in the bound. */
const ROUNDING = 2e-6
const SLACK = 2e-5
/** One pair in so many is looked at by itself; where there are more, the whole block is multiplied. */
const RARE = 200

/** Every pair of rows whose cosine is at least `similarity`, a before b. All pairs are compared. Of many wide rows a bound of 129 numbers
 *  a row is compared first (bounding-rows.ts), which is never below the cosine: no pair is missed, to 2e-6.
 *  @param features (N, D) */
export async function nearPairs(
  tf: Tf,
  features: Matrix,
  similarity: number,
  add: AddPair,
  pace: Pace,
  fewRows = FEW_ROWS,
): Promise<void> {
  const least = similarity - ROUNDING
  if (features.rows < fewRows || features.columns <= DIRECTIONS * 1.5) {
    await cosineBlocks(tf, features, (block) => eachAbove(block, least, add), pace)
    return
  }
  const scale = inverseNorms(features)
  const bounds = boundingRows(tf, features, scale, DIRECTIONS)
  await cosineBlocks(
    tf,
    bounds,
    (block) => {
      const likely: number[] = []
      eachAbove(block, similarity - SLACK, (a, b) => void likely.push(a, b))
      if (likely.length / 2 > (block.rows.a * block.rows.b) / RARE) {
        eachAbove({ ...block, values: cosinesBetween(tf, features, scale, block) }, least, add)
        return
      }
      for (let i = 0; i < likely.length; i += 2) {
        const exact = cosine(features, likely[i]!, likely[i + 1]!)
        if (exact >= least) add(likely[i]!, likely[i + 1]!, exact)
      }
    },
    pace,
  )
}

function eachAbove(
  { from, rows, values }: { from: { a: number; b: number }; rows: { a: number; b: number }; values: Float32Array },
  least: number,
  add: AddPair,
): void {
  for (let i = 0; i < rows.a; i++) {
    const start = i * rows.b
    for (let j = from.a === from.b ? i + 1 : 0; j < rows.b; j++) {
      const value = values[start + j]!
      if (value >= least) add(from.a + i, from.b + j, value)
    }
  }
}
