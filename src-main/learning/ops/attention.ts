import type { Tensor, Tf } from '../runtime.ts'

/** Scaled dot-product attention: softmax(q k^T / sqrt(d)) v per head. Paper: Vaswani et al., NeurIPS 2017, arXiv 1706.03762, eq. (1). Shapes:
 *  q, k and v (B, heads, N, d) -> (B, heads, N, d). `q` is scaled already, where that costs nothing. `drop` is applied to
 *  the shares of attention. */
export function attention(tf: Tf, q: Tensor, k: Tensor, v: Tensor, drop: (shares: Tensor) => Tensor): Tensor {
  const shares = tf.softmax(tf.matMul(q, k, false, true)) // (B, heads, N, N)
  return tf.matMul(drop(shares), v)
}
