import type { Tensor, Tf } from '../runtime.ts'
import { inFewPasses } from './native.ts'

/** Scaled dot-product attention: softmax(q k^T / sqrt(d)) v per head. Paper: Vaswani et al., NeurIPS 2017, arXiv 1706.03762, eq. (1). Shapes:
 *  q, k and v (B, heads, N, d) -> (B, heads, N, d). `q` is scaled already, where that costs nothing. `drop` is applied to
 *  the shares of attention. */
export function attention(tf: Tf, q: Tensor, k: Tensor, v: Tensor, drop: (shares: Tensor) => Tensor): Tensor {
  return tf.matMul(drop(attentionShares(tf, q, k)), v)
}

/** softmax(q k^T), of queries that are scaled already: (B, heads, N, N). */
export function attentionShares(tf: Tf, q: Tensor, k: Tensor): Tensor {
  return softmax(tf, tf.matMul(q, k, false, true))
}

/** Over the last axis. With y its result, the gradient is y (dy - sum(dy y)): of many tokens most of its time is passes over memory. */
function softmax(tf: Tf, x: Tensor): Tensor {
  const run = tf.customGrad((input, save) => {
    const value = tf.softmax(input as Tensor)
    ;(save as unknown as (tensors: Tensor[]) => void)([value])
    const gradient = (dy: Tensor, y: Tensor) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true)))
    return { value, gradFunc: (dy: Tensor, [y]: Tensor[]) => inFewPasses(tf, y!, () => gradient(dy, y!)) }
  })
  return run(x)
}
