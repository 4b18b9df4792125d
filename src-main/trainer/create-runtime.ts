import type { Runtime } from '../learning/runtime.ts'
import type { JobContext } from './job-context.ts'
import { loadFrozen } from './frozen.ts'
import { loadTensorflow } from './tf.ts'
import type { ThreadPools } from './thread-pools.ts'

/** The real world for the methods: native TensorFlow, the clock, the log. */
export function createRuntime(pools: ThreadPools, { send, signal }: Pick<JobContext, 'send' | 'signal'>): Runtime {
  return {
    tf: loadTensorflow(pools),
    now: () => performance.now(),
    memoryBytes: () => process.memoryUsage.rss(),
    log: (level, text) => void send({ type: 'log', level, text }),
    signal,
    isEager: process.env['GRAFT_EAGER'] === '1',
    threads: pools.betweenOperations,
    ...loadFrozen(),
  }
}
