import type { Runtime } from '../../src-main/learning/runtime.ts'
import { loadTensorflow } from '../../src-main/trainer/tf.ts'
import { sharedOperations, type ThreadPools } from '../../src-main/trainer/thread-pools.ts'

/** Native TensorFlow for tests. */
export function nativeRuntime(
  signal: AbortSignal = new AbortController().signal,
  pools: ThreadPools = sharedOperations(1),
): Runtime {
  return {
    tf: loadTensorflow(pools),
    now: () => performance.now(),
    memoryBytes: () => process.memoryUsage.rss(),
    log: () => undefined,
    signal,
  }
}

/** Largest absolute difference between two flat lists. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`)
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
