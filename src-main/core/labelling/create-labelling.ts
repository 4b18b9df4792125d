import type { BaseRef } from '../../contract/spec.ts'
import { shippedBases } from '../planning/learning-context.ts'
import type { App } from '../session/app.ts'
import type { Labelling } from '../session/labelling.ts'
import type { Session } from '../session/session.ts'
import { findLabelBase, putLabelBase } from '../store/labelling-repo.ts'
import { type OpenLabelling, openLabelling } from './live-labelling.ts'
import { removeMaps } from './map-folder.ts'
import { noteLabels } from './note-labels.ts'
import { labelBase } from './prepare-label-job.ts'

/** The base that a dataset is labelled with where nobody names one. */
const USUAL_BASE = 'efficientnet-lite0'

/** One dataset's features at a time: starting another one lets the first go. */
export function createLabelling(app: App, session: Session): Labelling {
  let open: OpenLabelling | null = null
  const end = async (): Promise<void> => {
    const ending = open
    open = null
    await ending?.end()
  }
  return {
    live: (datasetId) => (open?.datasetId === datasetId ? open : null),
    changed(state, itemIds) {
      const live = open?.datasetId === state.row.id ? open : null
      try {
        // First, while the head is still the one from before these labels.
        noteLabels(session.db, state, itemIds, live)
        live?.changed(state)
      } catch (error) {
        app.ports.log.error('a change of labels could not be followed', { error: String(error) })
      }
    },
    removed(datasetId) {
      if (open?.datasetId === datasetId) void end()
      removeMaps(session, datasetId)
    },
    async start(state, wanted) {
      const ref = wanted ?? findLabelBase(session.db, state.row.key) ?? usualBase(app)
      const base = labelBase(app, session, state, ref)
      if (open?.datasetId === state.row.id && open.featuresOf === base.key && isAlive(open))
        return { jobId: open.jobId }
      await end()
      putLabelBase(session.db, state.row.key, ref)
      const opened = openLabelling(app, session, state, { ...base, ref }, () => {
        if (open === opened) open = null
      })
      open = opened
      return { jobId: opened.jobId }
    },
    async stop(datasetId) {
      if (open?.datasetId === datasetId) await end()
    },
    close: end,
  }
}

function isAlive({ status }: OpenLabelling): boolean {
  return status === 'preparing' || status === 'ready'
}

function usualBase(app: App): BaseRef {
  const ids = shippedBases(app).map(({ id }) => id)
  return ids.includes(USUAL_BASE) ? USUAL_BASE : (ids[0] ?? USUAL_BASE)
}
