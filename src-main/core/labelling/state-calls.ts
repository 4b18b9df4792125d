import type { Handlers } from '../../contract/define.ts'
import type { labelling, LabellingState } from '../../contract/labelling.ts'
import type { App } from '../session/app.ts'
import type { LiveLabelling } from '../session/labelling.ts'
import { columnNamed } from '../store/dataset-state.ts'
import { runningEstimate } from './running-estimate.ts'
import { pathsOf, type AskedDataset, askedDataset } from './asked-dataset.ts'

/** Unreadable items that are named. */
const NAMED = 100

export function stateCalls(app: App): Pick<Handlers<typeof labelling>, 'start' | 'stop' | 'state'> {
  return {
    start({ datasetId, base }) {
      const { session, state } = askedDataset(app, datasetId)
      return session.labelling.start(state, base)
    },
    async stop({ datasetId }) {
      const { session, state } = askedDataset(app, datasetId)
      await session.labelling.stop(state.row.id)
      return {}
    },
    state: ({ datasetId, column }) => labellingState(askedDataset(app, datasetId), column),
  }
}

function labellingState(dataset: AskedDataset, name: string | undefined): LabellingState {
  const { live, state, session } = dataset
  const column = name === undefined ? null : columnNamed(state, name)
  const estimate = column === null ? null : runningEstimate(session.db, state, column)
  return { datasetId: state.row.id, ...liveFacts(dataset), ...headFacts(live, column, name), estimate }
}

function liveFacts(
  dataset: AskedDataset,
): Omit<LabellingState, 'datasetId' | 'head' | 'wanting' | 'isFitting' | 'estimate'> {
  const { live } = dataset
  if (live === null) {
    const nothing = { items: 0, dimensions: 0, memoryBytes: 0, unreadable: { total: 0, first: [] } }
    return { status: 'off', base: null, baseTitle: '', jobId: null, ...nothing }
  }
  const { status, base, baseTitle, jobId, items, dimensions, unreadable } = live
  const first = [...unreadable].slice(0, NAMED).map(([place, reason]) => ({ item: place + 1, reason }))
  const pathOf = pathsOf(
    dataset,
    first.map(({ item }) => item),
  )
  return {
    status,
    base,
    baseTitle,
    jobId,
    items,
    dimensions,
    memoryBytes: items * dimensions * Float32Array.BYTES_PER_ELEMENT,
    unreadable: { total: unreadable.size, first: first.map((one) => ({ ...one, path: pathOf(one.item) })) },
  }
}

function headFacts(
  live: LiveLabelling | null,
  column: ReturnType<typeof columnNamed>,
  name: string | undefined,
): Pick<LabellingState, 'head' | 'wanting' | 'isFitting'> {
  const none = (wanting: string | null) => ({ head: null, wanting, isFitting: false })
  if (live === null) return none('Features of the pictures are not prepared.')
  if (live.status === 'failed') return none(live.failure)
  if (live.status !== 'ready') return none('Features of the pictures are being prepared.')
  if (name === undefined) return none(null)
  if (column === null) return none(`There is no label column ${name}.`)
  if (column.type !== 'classification') return none(live.wanting(column))
  const held = live.fitOf(column)
  const isFitting = live.isFitting()
  if (held === null) return { ...none(live.wanting(column)), isFitting }
  return { head: { ...held.head, column: column.name }, wanting: null, isFitting }
}
