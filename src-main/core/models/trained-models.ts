import type { BaseModel } from '../../contract/models.ts'
import type { Run } from '../../contract/runs.ts'
import type { Workspace } from '../session/workspace.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { type RunRow, toRun } from '../store/runs-repo.ts'
import { trainedFeatures } from '../exports/trained-features.ts'
import { modelFolder } from '../planning/learning-context.ts'
import { modelSummary } from '../planning/read-model-files.ts'

/** Runs whose trained model is on disk, newest first. A damaged one is listed with what is wrong with it. */
export function listTrained(workspace: Workspace): BaseModel[] {
  const rows = workspace.db.all<RunRow>(
    'SELECT r.* FROM runs r JOIN run_details d ON d.run = r.key WHERE d.model_sha256 IS NOT NULL ORDER BY r.key DESC',
  )
  return rows.flatMap((row) => {
    const folder = modelFolder(workspace, row)
    return folder === null ? [] : [toBaseModel(workspace, row, folder)]
  })
}

function toBaseModel(workspace: Workspace, row: RunRow, folder: string): BaseModel {
  const run = toRun(workspace.db, row)
  const details = readDetails(workspace.db, row.key)
  const { plan, modelSha256 } = details
  const features = trainedFeatures(details)
  const { exports, refusedExports, problem } = modelSummary(folder)
  const input = plan.preprocessing
  const { metric, value } = mainMetric(run)
  return {
    id: `run:${run.id}`,
    kind: 'trained',
    title: run.name,
    description: `${run.base}, trained on ${run.dataset.name} by ${run.strategy}.`,
    parameters: run.parameters.total,
    multiplyAdds: plan.facts.reduce((total, layer) => total + layer.multiplyAdds, 0),
    speed: null,
    sizeBytes: run.parameters.total * 4,
    inputs: input.kind,
    defaultInputSize: input.kind === 'image' ? input.width : null,
    inputSizes: input.kind === 'image' ? [input.width] : [],
    channels: input.kind === 'image' ? [input.channels] : [],
    licence: null,
    trainedOn: run.dataset.name,
    sha256: modelSha256,
    canPredict: problem === null,
    run: {
      runId: run.id,
      dataset: run.dataset.name,
      metric,
      value,
      finishedAt: run.finishedAt,
      features: features === undefined || features.isTrainedLater ? null : features.precision,
      exports: [...exports],
      refusedExports: [...refusedExports],
      problem,
    },
    imported: null,
    variant: null,
  }
}

/** The figure that says most: on the test split, else on the validation split; an accuracy, else a loss. */
function mainMetric(run: Run): { metric: string; value: number | null } {
  const names = Object.keys(run.metrics)
  for (const split of ['test', 'validation']) {
    for (const end of ['accuracy', 'r2', 'loss']) {
      const metric = names.find((name) => name.startsWith(`${split}.`) && name.endsWith(`.${end}`))
      if (metric !== undefined) return { metric, value: run.metrics[metric]?.kept ?? null }
    }
  }
  return { metric: 'test.accuracy', value: null }
}
