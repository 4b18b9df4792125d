import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { history, HistoryEntry } from '../../contract/history.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { stateAt } from '../datasets/change.ts'
import { toDataset } from '../datasets/dataset-view.ts'
import { type App, requireSession } from '../session/app.ts'
import { getChange } from '../store/changes-repo.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { changeLines } from '../store/history-repo.ts'
import { inTurns } from '../store/in-turns.ts'
import { listVersionNames, setVersionName, versionNamed } from '../store/version-names-repo.ts'
import { compareVersions } from './compare-versions.ts'
import { foldHistory, type Session } from './fold-history.ts'
import { summariseSession } from './summarise-session.ts'

export function historyService(app: App): Handlers<typeof history> {
  const open = (datasetId: string): { db: Db; state: DatasetState } => {
    const { db, datasets } = requireSession(app)
    return { db, state: datasets.get(datasetId) }
  }
  return {
    entries({ datasetId, ...page }) {
      const { db, state } = open(datasetId)
      return inTurns(db, entriesInPieces(db, state, page))
    },
    async changes({ datasetId, first, last, offset, limit }) {
      const { db, state } = open(datasetId)
      const { undone } = await inTurns(db, foldHistory(db, state))
      const until = Math.min(last, state.row.version)
      const lines = changeLines(db, state.row.key, { first, last: until, offset, limit })
      const changes = lines.map((line) => ({ ...line, isUndone: undone.has(line.version) }))
      return { total: Math.max(0, until - first + 1), changes }
    },
    names({ datasetId }) {
      const { db, state } = open(datasetId)
      return { names: listVersionNames(db, state.row.key) }
    },
    name({ datasetId, version, name }) {
      const { db, state } = open(datasetId)
      const { key } = state.row
      requireVersion(state, version)
      setVersionName(db, key, version, name === null ? null : freeName(db, state, version, name))
      const dataset = toDataset(db, state)
      app.events.emit('datasets.changed', { dataset, datasetId: dataset.id, itemIds: [] })
      return { names: listVersionNames(db, key) }
    },
    compare({ datasetId, first, last }) {
      const { db, state } = open(datasetId)
      return compareVersions(stateAt(db, state, first), stateAt(db, state, last))
    },
  }
}

function* entriesInPieces(
  db: Db,
  state: DatasetState,
  { named, offset, limit }: { named: boolean; offset: number; limit: number },
): Piecewise<{ total: number; entries: HistoryEntry[] }> {
  const { sessions, undone } = yield* foldHistory(db, state)
  const names = listVersionNames(db, state.row.key)
  const wanted = named ? names.flatMap(({ version }) => alone(db, state, sessions, version)) : [...sessions].reverse()
  const entries: HistoryEntry[] = []
  for (const session of wanted.slice(offset, offset + limit)) {
    const { first, last, from, to, kind } = session
    const summary = yield* summariseSession(db, state, session)
    let count = 0
    for (let version = first; version <= last; version++) if (undone.has(version)) count += 1
    const own = names.filter(({ version }) => version >= first && version <= last)
    entries.push({ first, last, from, to, kind, ...summary, undone: count, names: own })
  }
  return { total: wanted.length, entries }
}

/** One version of a session as if it were a session. */
function alone(db: Db, { row }: DatasetState, sessions: readonly Session[], version: number): Session[] {
  const session = sessions.find(({ first, last }) => version >= first && version <= last)
  const at = getChange(db, row.key, version)?.at
  return session === undefined || at === undefined
    ? []
    : [{ ...session, first: version, last: version, from: at, to: at }]
}

function requireVersion({ row }: DatasetState, version: number): void {
  if (version <= row.version) return
  throw new GraftError(
    'E_NOT_FOUND',
    `Expected a version of dataset "${row.name}" (1 to ${row.version}). Received: ${version}.`,
    { fix: 'Choose one of its versions.' },
  )
}

function freeName(db: Db, { row }: DatasetState, version: number, name: string): string {
  const tidy = name.trim().normalize()
  if (tidy === '') {
    throw new GraftError('E_DATASET_NAME', 'Expected a name for the version. Received: an empty text.', {
      fix: 'Type a name, or take the name away.',
    })
  }
  const owner = versionNamed(db, row.key, tidy)
  if (owner === null || owner === version) return tidy
  throw new GraftError(
    'E_DATASET_NAME',
    `Expected a name that no version of "${row.name}" has. Received: ${tidy}, the name of version ${owner}.`,
    { fix: 'Choose another name, or take it away from that version first.' },
  )
}
