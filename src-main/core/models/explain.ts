import { availableParallelism } from 'node:os'
import { GraftError } from '../../contract/errors.ts'
import type { ExplainInput, Explanation } from '../../contract/explanations.ts'
import type { ExplainJob, ModelFiles } from '../../contract/trainer.ts'
import { runChildJob } from '../background/child-job.ts'
import { toItems } from '../datasets/dataset-view.ts'
import { requirePredictor } from '../planning/require-model.ts'
import type { App } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { photoOf } from './photo.ts'

/** What a model looks at in one picture. */
export async function explain(
  app: App,
  session: Session,
  input: ExplainInput,
  signal: AbortSignal,
): Promise<Explanation> {
  const { files } = requirePredictor(app, session, input.runId)
  const { runId: _run, source, datasetId, itemId, ...ask } = input
  const { picture, labels } = pictureOf(app, session, { source, datasetId, itemId }, files.heads)
  let explanation: Explanation | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    signal,
    job: { kind: 'explain', model: files, picture, labels, ask, threads: availableParallelism() },
    onMessage: (message) => {
      if (message.type === 'explained') ({ explanation } = message)
    },
  })
  if (explanation === null) throw new Error('The process ended without an explanation.')
  return explanation
}

function pictureOf(
  app: App,
  session: Session,
  { source, datasetId, itemId }: Pick<ExplainInput, 'source' | 'datasetId' | 'itemId'>,
  heads: ModelFiles['heads'],
): Pick<ExplainJob, 'picture' | 'labels'> {
  if (source !== undefined) return { picture: photoOf(app, { kind: 'file', source }), labels: [] }
  if (datasetId !== undefined && itemId !== undefined) {
    const state = session.datasets.get(datasetId)
    const [item] = toItems(session.db, state, [itemId])
    if (item === undefined) throw noItem(state.row.name, itemId)
    const labels = heads.map(({ column }) => item.labels[column] ?? null)
    return { picture: photoOf(app, { kind: 'item', datasetId, itemId }), labels }
  }
  throw new GraftError('E_PREDICT_INPUT', 'Expected `source`, or `datasetId` with `itemId`. Received: neither.', {
    fix: 'Choose a picture, or an item of a dataset.',
  })
}

function noItem(dataset: string, itemId: number): GraftError {
  return new GraftError('E_NOT_FOUND', `Expected an item of ${dataset}. Received: ${itemId}.`, {
    fix: 'Choose one of its items.',
  })
}
