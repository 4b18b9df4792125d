import type { datasets, SourceInspection } from '../../contract/datasets.ts'
import type { CallContext, Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { InspectJob } from '../../contract/trainer.ts'
import { type App, requireSession } from '../session/app.ts'
import { runChildJob } from '../background/child-job.ts'
import { checkDatasetName, importDataset, importTitle, removeDataset } from './import-dataset.ts'
import { toDataset } from './dataset-view.ts'
import { resolveSources } from './resolve-sources.ts'
import { completePlan } from './split-plan.ts'
import type { Session } from '../session/session.ts'
import { updateDataset } from '../store/datasets-repo.ts'

export function datasetImports(app: App): Pick<Handlers<typeof datasets>, 'inspect' | 'import' | 'rename' | 'remove'> {
  return {
    inspect: ({ source, ...reading }, context) =>
      inspect(app, { kind: 'inspect', source: resolveSources(app, source), reading }, context),
    import({ source, options }) {
      const session = requireSession(app)
      const paths = resolveSources(app, source)
      checkDatasetName(session, options.name)
      // Bad shares are told now, not after an hour of decoding; the column to stratify by is known only then.
      completePlan({ ...options.split, stratifyBy: null }, [])
      const job = session.jobs.start('import', importTitle(options.name), (handle) =>
        importDataset(app, session, { source: paths, options }, handle),
      )
      return { jobId: job.id }
    },
    rename({ datasetId, name }) {
      const session = requireSession(app)
      const state = session.datasets.get(datasetId)
      checkDatasetName(session, name, state.row.id)
      updateDataset(session.db, state.row.key, { name })
      state.row = { ...state.row, name }
      const dataset = toDataset(session.db, state)
      app.events.emit('datasets.changed', { dataset, datasetId: dataset.id, itemIds: null })
      return dataset
    },
    remove({ datasetId }) {
      const session = requireSession(app)
      const { row } = session.datasets.get(datasetId)
      refuseInUse(session, row.id, row.name)
      removeDataset(session, row.key, row.id)
      app.events.emit('datasets.changed', { dataset: null, datasetId: row.id, itemIds: null })
      return {}
    },
  }
}

async function inspect(app: App, job: InspectJob, context: CallContext): Promise<SourceInspection> {
  let inspection: SourceInspection | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    job,
    signal: context.signal,
    onMessage: (message) => {
      if (message.type === 'inspection') inspection = message.inspection
    },
  })
  if (inspection === null) throw new Error('the inspection ended without an answer')
  return inspection
}

function refuseInUse(session: Session, datasetId: string, name: string): void {
  const user = session.db.get<{ name: string }>(
    "SELECT name FROM runs WHERE dataset_id = ? AND status IN ('queued', 'running') LIMIT 1",
    datasetId,
  )
  if (user === undefined) return
  throw new GraftError(
    'E_RUN_STATE',
    `Expected a dataset that no queued or running training needs. Received: ${name}, used by ${user.name}.`,
    {
      fix: 'Stop or remove that run first.',
    },
  )
}
