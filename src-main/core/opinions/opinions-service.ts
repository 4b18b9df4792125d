import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Opinion, opinions } from '../../contract/opinions.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { getItems } from '../store/items-repo.ts'
import * as repo from '../store/opinions-repo.ts'
import { SPLITS } from '../store/dataset-state.ts'
import { agreementOf, bothLabelled } from './agreement.ts'
import { decide } from './decide.ts'
import { drawItems } from './draw-items.ts'
import { namedOpinion, type NamedOpinion, toOpinion } from './opinion-view.ts'

export function opinionsService(app: App): Handlers<typeof opinions> {
  const tell = (opinionId: string): Opinion => {
    const { state, opinion } = openOpinion(app, opinionId)
    const told = toOpinion(state, opinion)
    app.events.emit('opinions.changed', { datasetId: state.row.id, opinionId, opinion: told })
    return told
  }
  return {
    start({ datasetId, name, ...wish }) {
      const { db, datasets } = requireSession(app)
      const state = datasets.get(datasetId)
      const { column, pool, drawn } = drawItems(state, defined(wish))
      const id = app.ports.random.id(12)
      const about = { id, dataset: state.row.key, name: name.trim() || 'Second labeller', field: column.id }
      const { version } = state.row
      const more = { columnName: column.name, version, pool, seed: wish.seed, createdAt: nowText(app) }
      repo.insertOpinion(db, { ...about, ...more }, drawn)
      return tell(id)
    },
    list({ datasetId }) {
      const { db, datasets } = requireSession(app)
      const state = datasets.get(datasetId)
      return repo.listOpinions(db, state.row.key).map((row) => toOpinion(state, namedOpinion(db, state, row)))
    },
    items({ opinionId }) {
      const { items } = openOpinion(app, opinionId).opinion
      return { itemIds: items.map(({ item }) => item), answers: items.map(({ second }) => second) }
    },
    answer({ opinionId, itemIds, value }) {
      const { db, state, opinion } = openOpinion(app, opinionId)
      requireOpen(opinion)
      const answer = value === null ? null : { second: classIndex(opinion, value), version: state.row.version }
      requireDrawn(opinion, itemIds)
      db.transaction(() => repo.answerItems(db, opinion.row.key, itemIds, answer))
      return tell(opinionId)
    },
    finish({ opinionId }) {
      const { db, opinion } = openOpinion(app, opinionId)
      requireOpen(opinion)
      repo.finishOpinion(db, opinion.row.key, nowText(app))
      return tell(opinionId)
    },
    remove({ opinionId }) {
      const { db, state, opinion } = openOpinion(app, opinionId)
      repo.deleteOpinion(db, opinion.row.key)
      app.events.emit('opinions.changed', { datasetId: state.row.id, opinionId, opinion: null })
      return {}
    },
    agreement: ({ opinionId }) => agreementOf(requireFinished(openOpinion(app, opinionId).opinion)),
    disagreements({ opinionId, offset, limit }) {
      const { db, state, opinion } = openOpinion(app, opinionId)
      const all = bothLabelled(requireFinished(opinion)).filter(({ first, second }) => first !== second)
      const shown = all.slice(offset, offset + limit)
      const ids = shown.map(({ item }) => item)
      const names = new Map(getItems(db, state.row.key, ids).map((row) => [row.id, row.name]))
      const items = shown.map(({ isAnswered: _, ...entry }) => ({
        ...entry,
        path: names.get(entry.item) ?? `item ${entry.item}`,
        split: SPLITS[state.split[entry.item - 1] ?? 0] ?? ('train' as const),
      }))
      return { total: all.length, items }
    },
    decide({ opinionId, itemIds, decision }) {
      const { opinion, state } = openOpinion(app, opinionId)
      requireFinished(opinion)
      requireDrawn(opinion, itemIds)
      const changed = decide(app, state, opinion, itemIds, decision)
      tell(opinionId)
      return changed
    },
  }
}

function openOpinion(app: App, opinionId: string): { db: Db; state: DatasetState; opinion: NamedOpinion } {
  const { db, datasets } = requireSession(app)
  const row = repo.findOpinion(db, opinionId)
  const state = row === null ? undefined : datasets.list().find((one) => one.row.key === row.dataset)
  if (row === null || state === undefined) {
    throw new GraftError('E_NOT_FOUND', `Expected a second opinion of the workspace. Received: ${opinionId}.`, {
      fix: 'It may have been removed: fetch the list again.',
    })
  }
  return { db, state, opinion: namedOpinion(db, state, row) }
}

function requireOpen({ row, column }: NamedOpinion): void {
  if (row.finishedAt !== null) {
    throw new GraftError(
      'E_OPINION_STATE',
      `Expected a second opinion that is not finished. Received: “${row.name}”.`,
      {
        fix: 'Its answers stay as they are. Draw items anew for another pass.',
      },
    )
  }
  if (column !== null) return
  throw new GraftError('E_OPINION_STATE', `Expected the label column ${row.columnName}. Received: it is gone.`, {
    fix: 'Repeat the change that added the column, or remove this second opinion.',
  })
}

function requireFinished(opinion: NamedOpinion): NamedOpinion {
  if (opinion.row.finishedAt !== null) return opinion
  throw new GraftError(
    'E_OPINION_STATE',
    `Expected a finished second opinion. Received: “${opinion.row.name}”, which is not finished.`,
    { fix: 'Finish it first: until then the second labeller does not see the first labels.' },
  )
}

function requireDrawn({ items, row }: NamedOpinion, itemIds: readonly number[]): void {
  const drawn = new Set(items.map(({ item }) => item))
  const wrong = itemIds.find((id) => !drawn.has(id))
  if (wrong === undefined) return
  throw new GraftError('E_INPUT', `Expected items that were drawn for “${row.name}”. Received: ${wrong}.`, {
    fix: 'Take only items of opinions.items.',
  })
}

function classIndex({ column, row }: NamedOpinion, value: string): number {
  const index = column?.classes.indexOf(value) ?? -1
  if (index >= 0) return index
  throw new GraftError(
    'E_DATASET_LABEL',
    `Expected a class of ${row.columnName} (${column?.classes.join(', ') ?? ''}). Received: ${value}.`,
    { fix: 'Choose one of them. New classes are added to the dataset, not to a second opinion.' },
  )
}

/** Without keys that hold undefined. */
function defined(wish: { column: string; count?: number | undefined; share?: number | undefined; seed: number }) {
  const { column, count, share, seed } = wish
  return { column, seed, ...(count === undefined ? {} : { count }), ...(share === undefined ? {} : { share }) }
}
