import type { Tensor2D, Tf } from '../../runtime.ts'
import type { Matrix } from '../../transferability/matrix.ts'

/** A multiple of 16, so that each block begins where TensorFlow takes it without a copy (aligned-floats.ts). */
const BLOCK_ROWS = 8192

/** Shows all rows of a matrix, block by block, as tensors (count, D) that live until `visit` returns. */
export function forFeatureBlocks(
  tf: Tf,
  { rows, columns, values }: Matrix & { readonly values: Float32Array },
  visit: (block: Tensor2D, from: number) => void,
): void {
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - from)
    const block = tf.tensor2d(values.subarray(from * columns, (from + count) * columns), [count, columns])
    try {
      visit(block, from)
    } finally {
      block.dispose()
    }
  }
}
