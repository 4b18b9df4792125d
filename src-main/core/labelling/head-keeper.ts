import type { AnswerOf, LabelQuestion } from '../../contract/label-questions.ts'
import { packNumbers, unpackFloat32, unpackInt16 } from '../../base/packed-numbers.ts'
import type { HeldFit } from '../session/labelling.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { classesInUse, labelNumbers } from './label-numbers.ts'

/** What a fit may take before it answers; what is left to do is done afterwards, if no label comes in between. */
const BUDGET_MS = 150
/** A head that so many further fits do not bring to an end is left as it is. */
const MOST_ROUNDS = 50

export interface HeadKeeperParts {
  /** As it is now; null: it was removed. */
  readonly state: () => DatasetState | null
  readonly unreadable: ReadonlyMap<number, string>
  readonly ask: <Q extends LabelQuestion>(question: Q) => Promise<AnswerOf<Q['kind']>>
  /** A head is new, gone, or as good as it gets. */
  readonly onChange: (held: HeldFit | null, column: StoredColumn) => void
  readonly onError: (error: unknown) => void
}

/** Keeps a head fitted to the newest labels of the column that was asked for last. One fit runs at a time; labels that come meanwhile
 *  make the next one, however many they are. */
export interface HeadKeeper {
  held(column: StoredColumn): HeldFit | null
  /** The column becomes the one that is kept fitted. */
  use(column: StoredColumn): void
  /** Labels, splits or classes are new. */
  changed(state: DatasetState): void
  /** Resolves once a fit has seen the newest labels, or none can; the process's own head is of the column in use then. What is left to do
   *  for it goes on. */
  settled(): Promise<void>
  isBusy(): boolean
}

export function createHeadKeeper(parts: HeadKeeperParts): HeadKeeper {
  const known = new Map<number, HeldFit>()
  let field: number | null = null
  let fits = 0
  /** Something is new that no fit has begun with, and (`isBehind`) none has ended with. */
  let isDue = false
  let isBehind = false
  const waiting: (() => void)[] = []
  /** What is being fitted: a class may be taken away meanwhile. */
  let asked: { field: number; classes: number } | null = null
  let running: Promise<void> | null = null

  const current = (): { state: DatasetState; column: StoredColumn } | null => {
    const state = parts.state()
    const column = state?.row.labelColumns.find(({ id }) => id === field)
    return state === null || column === undefined ? null : { state, column }
  }
  const drop = (column: StoredColumn): void => {
    if (known.delete(column.id)) parts.onChange(null, column)
  }
  const canTeach = (state: DatasetState, column: StoredColumn): boolean =>
    classesInUse(labelNumbers(state, column, parts.unreadable, true)) >= 2
  /** One fit; answers whether more would make it better. */
  const fitOnce = async (state: DatasetState, column: StoredColumn): Promise<boolean> => {
    const labels = labelNumbers(state, column, parts.unreadable, true)
    if (classesInUse(labels) < 2) {
      drop(column)
      return false
    }
    const { version } = state.row
    const pending = { field: column.id, classes: column.classes.length }
    asked = pending
    const question = { classes: pending.classes, labels: packNumbers(labels), budgetMs: BUDGET_MS, seed: 0 }
    const answer = await parts.ask({ kind: 'fit', ...question })
    const held = heldFit(answer, { ...pending, fit: ++fits, version, items: labels.length })
    // Nothing is known of them.
    for (const place of parts.unreadable.keys()) held.best[place] = -1
    asked = null
    const now = current()
    // The column may be gone, or its labels too few, by now.
    if (now === null || now.column.id !== held.field || !canTeach(now.state, now.column)) return false
    known.set(held.field, held)
    parts.onChange(held, now.column)
    return !answer.isConverged
  }
  const work = async (): Promise<void> => {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const now = current()
      if (now === null) return
      isDue = false
      const isBetterYet = await fitOnce(now.state, now.column)
      if (!isDue) settle()
      if (isDue) rounds = 0
      else if (!isBetterYet) return
    }
  }
  const settle = (): void => {
    isBehind = false
    for (const resolve of waiting.splice(0)) resolve()
  }
  const wake = (): void => {
    isDue = true
    isBehind = true
    if (running !== null) return
    running = work()
      .catch(parts.onError)
      .then(() => {
        running = null
        // A label may have come between the last look and now.
        if (isDue && current() !== null) wake()
        else {
          settle()
          const now = current()
          if (now !== null) parts.onChange(known.get(now.column.id) ?? null, now.column)
        }
      })
  }
  return {
    held: (column) => known.get(column.id) ?? null,
    use(column) {
      if (column.id === field) return
      field = column.id
      wake()
    },
    changed(state) {
      for (const id of known.keys()) {
        const column = state.row.labelColumns.find((one) => one.id === id)
        if (column === undefined) known.delete(id)
        else known.set(id, withoutClasses(known.get(id)!, column.classes.length))
      }
      const now = current()
      if (asked !== null && asked.field === now?.column.id)
        asked.classes = Math.min(asked.classes, now.column.classes.length)
      if (now === null) return
      // At once: no suggestion is shown that has nothing to stand on.
      if (!canTeach(now.state, now.column)) drop(now.column)
      wake()
    },
    isBusy: () => running !== null,
    settled: () => (isBehind ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  }
}

/** Classes that were taken away may come back as others: what was said of them is not said again. */
function withoutClasses(held: HeldFit, classes: number): HeldFit {
  return classes >= held.classes ? held : { ...held, classes }
}

function heldFit(
  answer: AnswerOf<'fit'>,
  of: { field: number; classes: number; fit: number; version: number; items: number },
): HeldFit {
  const { labelled, used, classesInUse: classes, milliseconds, isConverged, accuracy, reliability } = answer
  const arrays = {
    best: unpackInt16(answer.best),
    confidence: unpackFloat32(answer.confidence),
    margin: unpackFloat32(answer.margin),
  }
  for (const [name, { length }] of Object.entries(arrays)) {
    if (length !== of.items) throw new Error(`expected ${of.items} numbers in ${name}, got ${length}`)
  }
  const { fit, version } = of
  const head = {
    fit,
    version,
    labelled,
    classes,
    milliseconds,
    isConverged,
    accuracy,
    reliability,
    ...(used === undefined ? {} : { used }),
  }
  return { field: of.field, head, classes: of.classes, ...arrays }
}
