import { forFeatureBlocks } from './feature-blocks.ts'
import { perContext } from './per-context.ts'

/** Length of each row (N). A row of zeros, which has no direction, gets Infinity: its cosine to everything is 0. */
export const rowNorms = perContext(({ tf, features }): Float32Array => {
  const norms = new Float32Array(features.rows)
  forFeatureBlocks(tf, features, (block, from) => {
    const lengths = tf.tidy(() => tf.sqrt(tf.sum(tf.square(block), 1)))
    norms.set(lengths.dataSync(), from)
    lengths.dispose()
  })
  return norms.map((norm) => (norm > 0 ? norm : Infinity))
})
