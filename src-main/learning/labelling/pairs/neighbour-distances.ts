import type { Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import type { Pace } from '../pace.ts'
import { cosineBlocks } from './cosine-blocks.ts'

/** Mean cosine distance (1 - cosine) of each row to its `neighbours` nearest other rows: how far it is from everything (Ramaswamy,
 *  Rastogi, Shim 2000; the mean over neighbours as in Angiulli, Pizzuti 2002). Exact: all pairs are compared.
 *  @param features (N, D), N above 1
 *  @returns (N), 0..2 */
export async function neighbourDistances(
  tf: Tf,
  features: Matrix,
  neighbours: number,
  pace: Pace,
): Promise<Float32Array> {
  const { rows } = features
  const k = Math.min(neighbours, rows - 1)
  // The k largest cosines of each row, in descending order.
  const best = new Float32Array(rows * k).fill(-2)
  const offer = (row: number, value: number): void => {
    const start = row * k
    let at = start + k - 1
    if (value <= best[at]!) return
    for (; at > start && best[at - 1]! < value; at--) best[at] = best[at - 1]!
    best[at] = value
  }
  await cosineBlocks(
    tf,
    features,
    ({ from, rows: { a, b }, values }) => {
      for (let i = 0; i < a; i++)
        for (let j = from.a === from.b ? i + 1 : 0; j < b; j++) {
          const value = values[i * b + j]!
          offer(from.a + i, value)
          offer(from.b + j, value)
        }
    },
    pace,
  )
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let i = 0; i < k; i++) sum += best[row * k + i]!
    return Math.max(0, 1 - sum / k)
  })
}
