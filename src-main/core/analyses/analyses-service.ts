import type { AnalysisRecord, analyses } from '../../contract/analyses.ts'
import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import { startAnalysis } from './start-analysis.ts'
import { type App, requireSession } from '../session/app.ts'
import { findAnalysis, listAnalyses, removeAnalysis } from '../store/analyses-repo.ts'

export function analysesService(app: App): Handlers<typeof analyses> {
  const find = (id: string): AnalysisRecord => {
    const found = findAnalysis(requireSession(app).db, id)
    if (found !== null) return found
    throw new GraftError('E_NOT_FOUND', `Expected the id of an analysis of the workspace. Received: ${id}.`, {
      fix: 'Choose one of the analyses of the workspace.',
    })
  }
  return {
    start: (input) => startAnalysis(app, input),
    list({ dataset, type }) {
      const session = requireSession(app)
      // What was measured on a dataset that was removed since is found by its id.
      const datasetId = dataset === undefined ? null : (session.datasets.find(dataset)?.row.id ?? dataset)
      return listAnalyses(session.db, { datasetId, type: type ?? null })
    },
    get: ({ analysisId }) => find(analysisId),
    remove({ analysisIds }) {
      for (const id of analysisIds) find(id)
      for (const id of analysisIds) {
        removeAnalysis(requireSession(app).db, id)
        app.events.emit('analyses.changed', { analysisId: id })
      }
      return {}
    },
  }
}
