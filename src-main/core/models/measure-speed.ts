import { availableParallelism } from 'node:os'
import { GraftError } from '../../contract/errors.ts'
import type { Speed } from '../../contract/models.ts'
import { listedNetwork, networkFigures } from '../../learning/catalog.ts'
import { runChildJob } from '../background/child-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import { pretrainedBases } from '../planning/learning-context.ts'
import { type App, nowText } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { runsByStatus } from '../store/runs-repo.ts'
import { keepSpeed } from './speeds.ts'

/** Measures how fast a base model or an architecture is here, in a process of its own. Throws E_MODEL_UNKNOWN, and E_RUN_STATE while a
 *  run trains. */
export function startMeasureSpeed(app: App, session: Session, modelId: string): { jobId: string } {
  const listed = listedNetwork(pretrainedBases(app, session), modelId)
  if (listed === null) throw unknown(modelId)
  const { network, title } = listed
  const [training] = runsByStatus(session.db, 'running')
  if (training !== undefined) throw busy(training.name)
  const work = async (handle: JobHandle): Promise<Speed & Record<string, unknown>> => {
    let imagesPerSecond: number | null = null
    await runChildJob({
      trainer: app.ports.trainer,
      signal: handle.signal,
      job: { kind: 'measure-speed', network, threads: availableParallelism() },
      onMessage: (message) => {
        if (message.type === 'speed') ({ imagesPerSecond } = message)
        if (message.type === 'progress') handle.progress(message.done, message.total, message.message)
      },
    })
    if (imagesPerSecond === null) throw new Error('the measurement ended without an answer')
    const speed = { imagesPerSecond, measuredAt: nowText(app) }
    keepSpeed(app.ports.userFolder, networkFigures(network).key, speed)
    app.events.emit('models.changed', {})
    return speed
  }
  return { jobId: session.jobs.start('measure-speed', `Measure ${title}`, work).id }
}

function busy(run: string): GraftError {
  return new GraftError('E_RUN_STATE', `Expected a computer that trains nothing. Received: ${run} is being trained.`, {
    fix: 'Measure when that run has finished, or pause it: otherwise both are measured together.',
  })
}

function unknown(modelId: string): GraftError {
  return new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected the id of a base model or an architecture. Received: ${modelId}.`,
    {
      fix: 'Choose one of the list of models; trained ones are as fast as their base.',
    },
  )
}
