import type { TrainJob } from '../contract/trainer.ts'
import { layerOf } from '../learning/engine/step/apply-gradients.ts'
import type { Variants } from '../learning/plan/job-variants.ts'
import { stepsPerCall } from '../learning/engine/step/steps-per-call.ts'
import { inferNetwork } from '../learning/network/infer.ts'

/** How many threads work on one operation, and how many operations run at a time. 0: as many as there are cores. */
export interface ThreadPools {
  readonly withinOperations: number
  readonly betweenOperations: number
}

/** For networks that are trained whole: every large operation is shared by all cores. */
export function sharedOperations(threads: number): ThreadPools {
  return { withinOperations: threads, betweenOperations: threads }
}

/** For inference, whose batches go through the network in independent parts, and for tiny steps: each operation has one thread. Sharing
 *  what takes 20 microseconds costs more than it saves: a dense head on cached features trains twice as fast this way. */
export function singleOperations(threads: number): ThreadPools {
  return { withinOperations: 1, betweenOperations: threads }
}

/** What suits a training: single operations where every phase is a small dense part on vectors, behind a cached prefix or on
 *  table rows. A strategy of several stages counts as one phase that trains all that is not frozen. */
export function trainingPools(job: PoolJob, { phases, script }: Pick<Variants, 'phases' | 'script'>): ThreadPools {
  if (script?.operations === 'large') return sharedOperations(job.threads)
  const { shapes, weights } = inferNetwork(job.network)
  const learning = Object.entries(job.states).flatMap(([name, state]) => (state === 'frozen' ? [] : [name]))
  const parts = phases ?? [{ cachedUpTo: job.cachedUpTo, trained: new Set(learning) }]
  const isSmall = parts.every(({ cachedUpTo, trained }) => {
    const start = cachedUpTo ?? job.network.layers[0]!.name
    const learning = weights.filter(({ fullName, trainable }) => trainable && trained.has(layerOf(fullName)))
    const parameters = learning.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    return shapes.get(start)!.length === 1 && stepsPerCall(parameters, job.spec.batchSize) > 1
  })
  return isSmall ? singleOperations(job.threads) : sharedOperations(job.threads)
}

type PoolJob = Pick<TrainJob, 'network' | 'states' | 'cachedUpTo' | 'spec' | 'threads'>
