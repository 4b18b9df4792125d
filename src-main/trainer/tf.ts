import { createRequire } from 'node:module'
import type { Tf } from '../learning/runtime.ts'
import { sharedOperations, type ThreadPools } from './thread-pools.ts'

interface OldUtil {
  isNullOrUndefined?: (value: unknown) => boolean
  isArray?: (value: unknown) => boolean
}

/** Loads TensorFlow: the only place that does. The sizes of its thread pools count only in the first call of a process. */
export function loadTensorflow({ withinOperations, betweenOperations }: ThreadPools = sharedOperations(0)): Tf {
  // The addon ends Electron's main process with a segmentation fault; the trainer is a plain Node under every host.
  if (process.versions['electron'] !== undefined) throw new Error('TensorFlow is loaded in the trainer process only.')
  // Its banner would land on standard error, where the parent looks for the reason of a crash.
  if (process.env['GRAFT_DEBUG'] === undefined) process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  if (withinOperations > 0) {
    process.env['TF_NUM_INTRAOP_THREADS'] ??= String(withinOperations)
    process.env['OMP_NUM_THREADS'] ??= String(withinOperations)
  }
  if (betweenOperations > 0) process.env['TF_NUM_INTEROP_THREADS'] ??= String(betweenOperations)
  const load = createRequire(import.meta.url)
  // tfjs-node 4.22 calls two functions that Node 23 removed or complains about.
  const util = load('node:util') as OldUtil
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
  util.isArray = Array.isArray
  return load('@tensorflow/tfjs-node') as Tf
}
