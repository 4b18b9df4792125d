import type { Dataset, datasets } from '../../contract/datasets.ts'
import type { Handlers } from '../../contract/define.ts'
import { type App, requireSession } from '../session/app.ts'
import type { DatasetCache } from '../store/dataset-cache.ts'
import { toDataset, toItems } from './dataset-view.ts'
import { filterItems } from './filter-items.ts'
import { datasetStatistics } from './statistics.ts'
import { listChanges } from '../store/changes-repo.ts'
import type { Db } from '../store/database.ts'
import { listDatasets } from '../store/datasets-repo.ts'
import { inTurns } from '../store/in-turns.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { countProblems, listProblems } from '../store/problems-repo.ts'
import { datasetEdits } from './edit-calls.ts'
import { datasetExports } from './export-dataset.ts'
import { datasetImports } from './import-calls.ts'

export function datasetsService(app: App): Handlers<typeof datasets> {
  return { ...datasetReads(app), ...datasetImports(app), ...datasetExports(app), ...datasetEdits(app) }
}

/** Each is read from the records when it is first listed. */
function* listInPieces(db: Db, cache: DatasetCache): Piecewise<Dataset[]> {
  const found: Dataset[] = []
  for (const { id } of listDatasets(db, 'ready')) {
    const state = cache.find(id)
    if (state !== null) found.push(toDataset(db, state))
    yield
  }
  return found
}

type Reads = 'list' | 'get' | 'items' | 'itemIds' | 'statistics' | 'problems' | 'versions'

function datasetReads(app: App): Pick<Handlers<typeof datasets>, Reads> {
  const stateOf = (datasetId: string) => requireSession(app).datasets.get(datasetId)
  return {
    list() {
      const { db, datasets: cache } = requireSession(app)
      return inTurns(db, listInPieces(db, cache))
    },
    get: ({ datasetId }) => toDataset(requireSession(app).db, stateOf(datasetId)),
    items({ datasetId, filter, offset, limit }) {
      const { db } = requireSession(app)
      const state = stateOf(datasetId)
      const ids = filterItems(db, state, filter)
      return { total: ids.length, items: toItems(db, state, [...ids.subarray(offset, offset + limit)]) }
    },
    itemIds: ({ datasetId, filter }) => [...filterItems(requireSession(app).db, stateOf(datasetId), filter)],
    statistics: ({ datasetId }) => datasetStatistics(requireSession(app).db, stateOf(datasetId)),
    problems({ datasetId, offset, limit }) {
      const { db } = requireSession(app)
      const { key } = stateOf(datasetId).row
      return { total: countProblems(db, key), problems: listProblems(db, key, offset, limit) }
    },
    versions({ datasetId }) {
      const { row } = stateOf(datasetId)
      const changes = listChanges(requireSession(app).db, row.key)
      return changes.map(({ version, at, change }) => ({ version, at, change, items: row.items }))
    },
  }
}
