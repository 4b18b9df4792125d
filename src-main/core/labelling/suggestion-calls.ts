import type { Handlers } from '../../contract/define.ts'
import type { labelling, Suggestion } from '../../contract/labelling.ts'
import { packNumbers } from '../../base/packed-numbers.ts'
import { editDataset } from '../datasets/edit-calls.ts'
import { checkIds } from '../datasets/edit-parts.ts'
import { type App, requireSession } from '../session/app.ts'
import type { HeldFit } from '../session/labelling.ts'
import type { Db } from '../store/database.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { SPLITS } from '../store/dataset-state.ts'
import { openDraws } from '../store/labelling-repo.ts'
import { acceptEdit } from './accept-edit.ts'
import { confidentItems } from './confident-items.ts'
import { classColumn, pathsOf, type AskedDataset, askedDataset } from './asked-dataset.ts'
import { suggestedClass } from './suggested-class.ts'

type Calls = 'suggestions' | 'candidates' | 'accept' | 'allSuggestions'

/** All but `accept` only read what the last fit has said: nobody waits for one. */
export function suggestionCalls(app: App): Pick<Handlers<typeof labelling>, Calls> {
  return {
    suggestions({ datasetId, column: name, itemIds }) {
      const dataset = askedDataset(app, datasetId)
      checkIds(dataset.state, itemIds)
      const { column, held } = heldOf(dataset, name)
      if (held === null) return { fit: 0, suggestions: [] }
      return { fit: held.head.fit, suggestions: itemIds.flatMap((id) => suggestionOf(held, column, id) ?? []) }
    },
    candidates: ({ datasetId, column, ...asked }) =>
      candidates(requireSession(app).db, askedDataset(app, datasetId), column, asked),
    accept({ datasetId, column, labels, test }) {
      const left: number[] = []
      const made = editDataset(app, datasetId, (state) => acceptEdit(state, { column, labels, test, left }))
      return { ...made, left }
    },
    allSuggestions({ datasetId, column: name }) {
      const dataset = askedDataset(app, datasetId)
      const { column, held } = heldOf(dataset, name)
      const { items } = dataset.state.row
      const best = new Int16Array(items).map((_, place) => (held === null ? -1 : suggestedClass(held, place)))
      const confidence = held?.confidence ?? new Float32Array(items)
      const packed = { best: packNumbers(best), confidence: packNumbers(confidence) }
      return { fit: held?.head.fit ?? 0, classes: [...column.classes], ...packed }
    },
  }
}

function heldOf({ state, live }: AskedDataset, name: string): { column: StoredColumn; held: HeldFit | null } {
  const column = classColumn(state, name)
  return { column, held: live?.status === 'ready' ? live.fitOf(column) : null }
}

function suggestionOf(held: HeldFit, column: StoredColumn, item: number): Suggestion | null {
  const best = suggestedClass(held, item - 1)
  const suggested = column.classes[best]
  if (suggested === undefined) return null
  return { item, suggested, confidence: held.confidence[item - 1]!, margin: held.margin[item - 1]! }
}

function candidates(
  db: Db,
  dataset: AskedDataset,
  name: string,
  { above, test, offset, limit }: { above: number; test: boolean; offset: number; limit: number },
) {
  const { column, held } = heldOf(dataset, name)
  if (held === null) return { fit: 0, total: 0, inTest: 0, inDraw: 0, classes: [], suggestions: [] }
  const drawn = openDraws(db, { dataset: dataset.state.row.key, field: column.id })
  const { ids, inTest, inDraw } = confidentItems(dataset.state, column, held, { above, test, drawn })
  const counts = new Map<string, number>()
  for (const id of ids) {
    const suggested = column.classes[suggestedClass(held, id - 1)]!
    counts.set(suggested, (counts.get(suggested) ?? 0) + 1)
  }
  const page = ids.slice(offset, offset + limit)
  const pathOf = pathsOf(dataset, page)
  return {
    fit: held.head.fit,
    total: ids.length,
    inTest,
    inDraw,
    classes: [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
    suggestions: page.flatMap((id) => {
      const suggestion = suggestionOf(held, column, id)
      const split = SPLITS[dataset.state.split[id - 1] ?? 0]!
      return suggestion === null ? [] : [{ ...suggestion, path: pathOf(id), split }]
    }),
  }
}
