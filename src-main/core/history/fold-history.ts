import type { HistoryKind } from '../../contract/history.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { type ChangeOutline, changeOutlines } from '../store/history-repo.ts'
import { SPLIT_FIELD } from '../store/values-repo.ts'

/** Changes that follow each other and are of one kind. */
export interface Session {
  readonly first: number
  last: number
  readonly from: string
  to: string
  readonly kind: HistoryKind
  /** Id of the label column; null: it is about none. */
  readonly field: number | null
}

export interface Folded {
  upTo: number
  /** Oldest first. */
  readonly sessions: Session[]
  /** Changes that are taken back now. */
  readonly undone: Set<number>
}

const GAP_MS = 10 * 60_000
const PIECE = 4000

const kept = new WeakMap<DatasetState, Folded>()

/** The dataset's changes, gathered. The log only grows: what was folded once is gone on from. */
export function* foldHistory(db: Db, state: DatasetState): Piecewise<Folded> {
  let folded = kept.get(state)
  if (folded === undefined) kept.set(state, (folded = { upTo: 0, sessions: [], undone: new Set() }))
  while (folded.upTo < state.row.version) {
    const outlines = changeOutlines(db, state.row.key, folded.upTo, PIECE)
    if (outlines.length === 0) break
    for (const outline of outlines) add(folded, outline)
    yield
  }
  return folded
}

function add(folded: Folded, outline: ChangeOutline): void {
  // Two that fold the same dataset in turns each go on where the other has come to.
  if (outline.version <= folded.upTo) return
  folded.upTo = outline.version
  if (outline.of !== null) {
    if (outline.reverse === 1) folded.undone.add(outline.of)
    else folded.undone.delete(outline.of)
  }
  const { kind, field, joins } = about(outline)
  const last = folded.sessions.at(-1)
  const isNear = last !== undefined && Date.parse(outline.at) - Date.parse(last.to) <= GAP_MS
  if (joins && isNear && last.kind === kind && last.field === field) {
    last.last = outline.version
    last.to = outline.at
  } else {
    folded.sessions.push({
      first: outline.version,
      last: outline.version,
      from: outline.at,
      to: outline.at,
      kind,
      field,
    })
  }
}

interface About {
  readonly kind: HistoryKind
  readonly field: number | null
  /** It goes with what came before it. */
  readonly joins: boolean
}

function about({ version, of, low, high, hasSchema }: ChangeOutline): About {
  if (version === 1 && of === null) return { kind: 'import', field: null, joins: false }
  if (low === null) return { kind: 'columns', field: null, joins: true }
  if (low !== high) return { kind: 'other', field: null, joins: false }
  // With another plan it is a new split, not a move.
  if (low === SPLIT_FIELD) return { kind: 'splits', field: null, joins: hasSchema === 0 }
  return { kind: 'labels', field: low, joins: true }
}
