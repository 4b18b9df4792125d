import type { BaseModel } from '../../contract/models.ts'
import type { Run } from '../../contract/runs.ts'
import type { Session } from '../session.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { findRun, type RunRow, toRun } from '../store/runs-repo.ts'
import { trainedModel } from './learning-context.ts'

/** Runs whose trained model is on disk, newest first. */
export function listTrained(session: Session): BaseModel[] {
  const rows = session.db.all<RunRow>(
    'SELECT r.* FROM runs r JOIN run_details d ON d.run = r.key WHERE d.model_sha256 IS NOT NULL ORDER BY r.key DESC',
  )
  return rows.flatMap((row) => {
    const model = trainedModel(session, row.id)
    return model === null ? [] : [toBaseModel(session, toRun(session.db, row))]
  })
}

function toBaseModel(session: Session, run: Run): BaseModel {
  const key = findRun(session.db, run.id)?.key ?? -1
  const { plan, modelSha256 } = readDetails(session.db, key)
  const input = plan.preprocessing
  const { metric, value } = mainMetric(run)
  return {
    id: `run:${run.id}`,
    kind: 'trained',
    title: run.name,
    description: `${run.base}, trained on ${run.dataset.name} by ${run.strategy}.`,
    parameters: run.parameters.total,
    sizeBytes: run.parameters.total * 4,
    inputs: input.kind,
    defaultInputSize: input.kind === 'image' ? input.width : null,
    inputSizes: input.kind === 'image' ? [input.width] : [],
    channels: input.kind === 'image' ? [input.channels] : [],
    licence: null,
    sha256: modelSha256,
    run: { runId: run.id, dataset: run.dataset.name, metric, value, finishedAt: run.finishedAt },
    variant: null,
  }
}

/** The figure that says most: on the test split, else on the validation split; an accuracy, else a loss. */
function mainMetric(run: Run): { metric: string; value: number | null } {
  const names = Object.keys(run.metrics)
  for (const split of ['test', 'validation']) {
    for (const end of ['accuracy', 'r2', 'loss']) {
      const metric = names.find((name) => name.startsWith(`${split}.`) && name.endsWith(`.${end}`))
      if (metric !== undefined) return { metric, value: run.metrics[metric]?.best ?? null }
    }
  }
  return { metric: 'test.accuracy', value: null }
}
