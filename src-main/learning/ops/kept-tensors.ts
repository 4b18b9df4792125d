import type { Tensor, Tf } from '../runtime.ts'

/** Tensors that outlive the inner tidy of a gradient: kept there, then taken over by the caller's tidy. */
export interface KeptTensors {
  keep(tensors: readonly Tensor[]): void
  /** In the order in which they were kept; once. */
  release(): Tensor[]
}

export function keptTensors(tf: Tf): KeptTensors {
  const kept: Tensor[] = []
  return {
    keep: (tensors) => void kept.push(...tensors.map((tensor) => tf.keep(tf.clone(tensor)))),
    release: () =>
      kept.splice(0).map((tensor) => {
        const copy = tf.clone(tensor)
        tensor.dispose()
        return copy
      }),
  }
}
