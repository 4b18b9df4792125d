import { GraftError, isErrorCode } from '../../contract/errors.ts'
import type { Events, RequestOutput } from '../../contract/index.ts'
import { onInterruption } from './interruption.ts'
import type { OpenClient } from './open-client.ts'

type Job = RequestOutput<'jobs.get'>
type Run = Events['runs.changed']['run'] & object

/** Waits until a job has ended; its failure becomes this command's failure. Ctrl-C cancels the job. */
export async function waitForJob(session: OpenClient, jobId: string, report: (job: Job) => void): Promise<Job> {
  const cancel = (): void => void session.call('jobs.cancel', { jobId }).catch(() => undefined)
  const stopListening = onInterruption(cancel)
  try {
    const job = await settled<Job>((done) => {
      const check = (job: Job): void => {
        report(job)
        if (job.status !== 'queued' && job.status !== 'running') done(job)
      }
      const off = session.on('jobs.changed', (changed) => changed.id === jobId && check(changed))
      void session.call('jobs.get', { jobId }).then(check)
      return off
    })
    if (job.status === 'done') return job
    throw jobError(job)
  } finally {
    stopListening()
  }
}

function jobError(job: Job): GraftError {
  if (job.error === null)
    return new GraftError(
      'E_CANCELLED',
      `${job.title}: cancelled. ${job.kind === 'label' ? 'What was computed is kept' : 'Nothing was kept'}.`,
      {
        fix: `Give the same command again to ${job.kind === 'label' ? 'go on' : 'start anew'}.`,
      },
    )
  const code = isErrorCode(job.error.code) ? job.error.code : 'E_INTERNAL'
  return new GraftError(code, job.error.message, job.error.fix === undefined ? {} : { fix: job.error.fix })
}

const ENDED: readonly Run['status'][] = ['finished', 'stopped', 'failed', 'interrupted', 'paused']

/** Starts a run and waits until it has ended or stands still. The first Ctrl-C, however early, pauses it at the next step, with a
 *  checkpoint. `start` answers the id of the run. */
export async function waitForRun(
  session: OpenClient,
  start: () => Promise<string>,
  report: (progress: Events['runs.progressed']) => void,
  reportWork: (work: Events['runs.working']) => void,
): Promise<Run> {
  const { promise: started, resolve } = Promise.withResolvers<string>()
  const pause = async (): Promise<unknown> => session.call('runs.pause', { runId: await started })
  const stopListening = onInterruption(() => void pause().catch(() => undefined))
  try {
    const runId = await start()
    resolve(runId)
    return await settled<Run>((done) => {
      const check = (run: Run | null): void => {
        if (run !== null && ENDED.includes(run.status)) done(run)
      }
      const offs = [
        session.on('runs.changed', (changed) => changed.runId === runId && check(changed.run)),
        session.on('runs.progressed', (progress) => progress.runId === runId && report(progress)),
        session.on('runs.working', (work) => work.runId === runId && reportWork(work)),
      ]
      void session.call('runs.get', { runId }).then(check)
      return () => offs.forEach((off) => off())
    })
  } finally {
    stopListening()
  }
}

type Study = RequestOutput<'studies.list'>[number]

/** Waits until a study has ended or stands still. Ctrl-C answers at once: closing the workspace then lets the run that trains write
 *  its checkpoint, and the others stay in the queue. */
export async function waitForStudy(
  session: OpenClient,
  studyId: string,
  report: (study: Study) => void,
): Promise<Study> {
  let latest: Study | null = null
  let interrupt: () => void = () => undefined
  const stopListening = onInterruption(() => interrupt())
  try {
    return await settled<Study>((done) => {
      const check = (study: Study | null): void => {
        if (study === null) return
        latest = study
        report(study)
        if (study.status !== 'running' && study.status !== 'queued') done(study)
      }
      interrupt = () => latest !== null && done({ ...latest, status: 'paused' })
      const off = session.on('studies.changed', (changed) => changed.studyId === studyId && check(changed.study))
      void session.call('studies.get', { studyId }).then(check)
      return off
    })
  } finally {
    stopListening()
  }
}

/** Resolves once; what `start` returns is called afterwards. */
async function settled<T>(start: (done: (value: T) => void) => () => void): Promise<T> {
  let off: () => void = () => undefined
  try {
    return await new Promise<T>((done) => {
      off = start(done)
    })
  } finally {
    off()
  }
}
