import type { ImagePrediction } from '../../contract/models.ts'
import type { PredictJob } from '../../contract/trainer.ts'
import { openCsvWriter } from '../csv-writer.ts'
import type { JobContext } from '../job-context.ts'
import { createRuntime } from '../create-runtime.ts'
import { type LoadedModel, loadModel } from '../model.ts'
import { type PredictionInput, predictionInputs } from '../prediction-inputs.ts'
import { singleOperations } from '../thread-pools.ts'
import { csvCells, csvHeader, errorRow, predictionRows } from '../prediction-rows.ts'

const BATCH = 32
const PROGRESS_INTERVAL_MS = 200

/** A trained model on files, folders, tables or items of a dataset. What cannot be read becomes a row that says why. */
export async function runPredict(job: PredictJob, context: JobContext): Promise<void> {
  const inputs = await predictionInputs(job, context.signal)
  const runtime = createRuntime(singleOperations(job.threads), context)
  const model = await loadModel(job.model, runtime, inputs.length)
  const { preprocessing } = job.model
  const hasWarnings = preprocessing.kind === 'table' && preprocessing.columns.some(({ type }) => type === 'categorical')
  const csv = job.csv === null ? null : openCsvWriter(job.csv)
  const take = async (rows: ImagePrediction[]) => {
    if (csv === null) await context.send({ type: 'predicted', rows })
    else for (const row of rows) csv.write(csvCells(job.model.heads, row, hasWarnings))
  }
  try {
    csv?.write(csvHeader(job.model.heads, hasWarnings))
    let toldAt = -Infinity
    for (let at = 0; at < inputs.length; at += BATCH) {
      context.signal.throwIfAborted()
      await take(await predictBatch(job, model, inputs.slice(at, at + BATCH)))
      const done = Math.min(at + BATCH, inputs.length)
      if (runtime.now() - toldAt < PROGRESS_INTERVAL_MS && done < inputs.length) continue
      toldAt = runtime.now()
      await context.send({ type: 'progress', done, total: inputs.length, message: 'Predicting' })
    }
    csv?.finish()
  } finally {
    csv?.close()
    model.dispose()
  }
}

async function predictBatch(job: PredictJob, model: LoadedModel, batch: PredictionInput[]): Promise<ImagePrediction[]> {
  const loaded = await Promise.all(batch.map((input) => input.load().catch((error: unknown) => reasonOf(error))))
  const good = batch.flatMap((input, i) => (typeof loaded[i] === 'string' ? [] : [{ input, values: loaded[i]! }]))
  const size = model.inputShape.reduce((total, value) => total * value, 1)
  const values = new Float32Array(good.length * size)
  good.forEach((one, i) => values.set(one.values as Float32Array, i * size))
  const outputs = good.length > 0 ? model.predict(values, good.length) : []
  const rows = predictionRows(
    job.model.heads,
    good.map(({ input }) => input.name),
    outputs,
  )
  let next = 0
  return batch.map((input, i) => {
    const one = loaded[i]!
    if (typeof one === 'string') return errorRow(input.name, one)
    return { ...rows[next++]!, warning: input.warning ?? null }
  })
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return `It cannot be read: ${text.split('\n')[0]!.slice(0, 200)}`
}
