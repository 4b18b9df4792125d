import { availableParallelism } from 'node:os'
import { GraftError } from '../../contract/errors.ts'
import type { ExplainInput, Explanation } from '../../contract/explanations.ts'
import type { ExplainJob, ModelFiles } from '../../contract/trainer.ts'
import { runChildJob } from '../background/child-job.ts'
import { manifestItems } from '../datasets/manifest.ts'
import { requirePredictor } from '../planning/require-model.ts'
import type { App } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { getItems } from '../store/items-repo.ts'
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
  const { picture, targets } = pictureOf(app, session, { source, datasetId, itemId }, files.heads)
  let explanation: Explanation | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    signal,
    job: { kind: 'explain', model: files, picture, targets, ask, threads: availableParallelism() },
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
): Pick<ExplainJob, 'picture' | 'targets'> {
  if (source !== undefined) return { picture: photoOf(app, { kind: 'file', source }), targets: [] }
  if (datasetId !== undefined && itemId !== undefined) {
    const state = session.datasets.get(datasetId)
    const rows = getItems(session.db, state.row.key, [itemId])
    if (rows.length === 0) throw noItem(state.row.name, itemId)
    const [item] = manifestItems(session, state, rows, heads)
    return { picture: photoOf(app, { kind: 'item', datasetId, itemId }), targets: item!.targets }
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
