import { z } from 'zod'
import { command, event, request } from './define.ts'
import { JobKind } from './workspace.ts'

/** Background work that ended badly and that nobody has dismissed yet: a job that failed, a run that failed or was interrupted, and
 *  what the end of Graft broke off. It outlives a reload of the window and a restart. */
export const Failure = z.object({
  /** `job:<id>` or `run:<id>`. */
  id: z.string(),
  kind: z.enum([...JobKind.options, 'train']),
  /** The job's title, or the run's name. */
  title: z.string(),
  at: z.string(),
  /** interrupted: nothing was wrong with the work itself, its process or Graft ended. */
  state: z.enum(['failed', 'interrupted']),
  error: z.object({ code: z.string().nullable(), message: z.string(), fix: z.string().nullable() }),
  jobId: z.string().nullable(),
  /** The run that was trained, or whose model was exported or asked. */
  runId: z.string().nullable(),
  /** The same can be asked for again: by `jobs.retry`, of a training by `runs.resume`. */
  canRetry: z.boolean(),
})
export type Failure = z.infer<typeof Failure>

export const failures = {
  /** Newest first, at most 100; `total` counts all. None without an open workspace. */
  list: request(z.strictObject({}), z.object({ total: z.int(), failures: z.array(Failure) })),
  /** They never come back; null: all of them. A run that fails once more is a new failure. */
  dismiss: command(z.strictObject({ ids: z.array(z.string()).max(10_000).nullable() }), z.object({})),
  /** `failures.list` answers something else than before. */
  changed: event(z.object({})),
} as const
