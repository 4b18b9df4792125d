import type { Tensor2D, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import { alignedFloats } from './aligned-floats.ts'

/** Up to here chosen rows are held beside the features. More of them are gathered anew each time: that takes time, but no memory. */
const HELD_BYTES = 64 * 2 ** 20
const BLOCK_BYTES = 16 * 2 ** 20

/** Some rows of the features, to be gone through often. */
export interface GatheredRows {
  /** Blocks as tensors (count, D); `from` counts within the chosen rows. */
  forEach(visit: (block: Tensor2D, from: number) => void): void
  dispose(): void
}

export function gatheredRows(tf: Tf, features: Matrix, rows: ArrayLike<number>): GatheredRows {
  const { columns, values } = features
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / (4 * columns)))
  const gather = (from: number, room: Float32Array): Tensor2D => {
    const count = Math.min(perBlock, rows.length - from)
    for (let i = 0; i < count; i++) {
      const row = rows[from + i]!
      room.set(values.subarray(row * columns, (row + 1) * columns), i * columns)
    }
    return tf.tensor2d(room.subarray(0, count * columns), [count, columns])
  }
  const starts = Array.from({ length: Math.ceil(rows.length / perBlock) }, (_, i) => i * perBlock)
  const makeRoom = () => alignedFloats(tf, Math.min(perBlock, rows.length) * columns)
  if (rows.length * columns * 4 <= HELD_BYTES) {
    const held = starts.map((from) => gather(from, makeRoom()))
    return {
      forEach: (visit) => held.forEach((block, i) => visit(block, starts[i]!)),
      dispose: () => tf.dispose(held),
    }
  }
  const room = makeRoom()
  return {
    forEach(visit) {
      for (const from of starts) {
        const block = gather(from, room)
        visit(block, from)
        // Before its room is filled again.
        block.dispose()
      }
    },
    dispose: () => undefined,
  }
}
