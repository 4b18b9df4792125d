import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { RunModelJob } from '../../contract/trainer.ts'
import { runWritingJob } from '../jobs/writing-job.ts'
import type { JobHandle } from '../background/job-board.ts'
import { learningContext } from '../planning/learning-context.ts'
import { requireModel } from '../planning/require-model.ts'
import type { App } from '../session/app.ts'
import type { Session } from '../session/session.ts'

interface RunModelInput {
  readonly model: string
  readonly input: string
  readonly output: string
  readonly layers?: readonly string[] | undefined
}

/** Raw numbers through a base model or a trained one, to a file. */
export function startRunModel(app: App, session: Session, wanted: RunModelInput): { jobId: string } {
  const { title, ...model } = networkOf(app, session, wanted.model)
  const input = app.ports.sources.resolve(wanted.input)
  const output = app.ports.sources.destination(wanted.output)
  if (!existsSync(dirname(output))) throw noFolder(output)
  const layers = [...(wanted.layers ?? [])]
  const job: RunModelJob = { kind: 'run-model', ...model, input, output, layers, threads: availableParallelism() }
  const work = async (handle: JobHandle): Promise<Record<string, unknown>> => {
    await runWritingJob(app, session, { job, path: output, handle })
    return { output, tensors: layers.length > 0 ? [...new Set(layers)] : model.network.outputs }
  }
  return { jobId: session.jobs.start('run-model', `Compute with ${title}`, work).id }
}

/** As the source has it: a softmax at its end stays. */
function networkOf(app: App, session: Session, ref: string) {
  const base = learningContext(app, session, null).bases.find(({ id }) => id === ref)
  if (base !== undefined) {
    const { title, network, weights, isBgr } = base
    return { title, network, weights, isBgr }
  }
  const { run, files } = requireModel(session, ref)
  return { title: run.name, network: files.network, weights: files.weights, isBgr: false }
}

function noFolder(output: string): GraftError {
  return new GraftError('E_PREDICT_INPUT', `Expected a file in an existing folder. Received: ${output}.`, {
    fix: 'Make the folder first, or choose another one.',
  })
}
