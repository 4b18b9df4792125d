import type { Events } from '../../../contract/index.ts'
import type { ChildMessage } from '../../../contract/trainer.ts'
import type { Db } from '../../store/database.ts'
import { recordMetric } from '../../store/metrics-repo.ts'
import { appendPoints, type PointRow, seriesKey } from '../../store/points-repo.ts'
import { putEpoch } from '../../store/run-records-repo.ts'
import { updateRun } from '../../store/runs-repo.ts'
import { isSummarised } from './is-summarised.ts'
import { createGoBack } from './go-back.ts'

type Step = Extract<ChildMessage, { type: 'step' }>
type Epoch = Extract<ChildMessage, { type: 'epoch' }>

/** What is told of a run is stored before; nothing waits longer than this. Whoever draws it takes time from the training. */
const TELL_MS = 1000
/** The first points are told at once, and those of one moment go together. */
const GATHER_MS = 100
/** What waits to be stored does not grow larger than this. */
const MAX_POINTS = 20_000

export interface Recorder {
  series(names: readonly string[]): void
  step(message: Step): void
  epoch(message: Epoch): void
  /** Stores what is waiting; it is told when that is due. */
  commit(): void
  /** Stores what is waiting and tells all that was not told. */
  flush(): void
}

export interface RecorderOptions {
  readonly db: Db
  readonly run: { readonly key: number; readonly id: string }
  /** Training goes on from a checkpoint: points that it makes anew are dropped when the first one comes. */
  readonly resumed: boolean
  readonly notify: (progress: Omit<Events['runs.progressed'], 'seq'>) => void
  readonly onEpoch: () => void
  /** Thrown by a flush that the timer made. */
  readonly onError: (error: unknown) => void
}

/** Collects the points of a running training and commits them in batches. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { db, run } = options
  let names: string[] = []
  let waiting = emptyBatch()
  let untold = emptyBatch()
  const goBack = options.resumed ? createGoBack(db, run.key) : null
  let timer: NodeJS.Timeout | null = null
  let toldAt = -Infinity

  const commit = (): void => {
    if (isEmpty(waiting)) return
    db.transaction(() => {
      goBack?.(waiting.points)
      store(db, run.key, waiting)
    })
    append(untold, waiting)
    // Not before: what a full disk refused is stored with what comes next.
    waiting = emptyBatch()
  }
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    commit()
    if (isEmpty(untold)) return
    const { step, points, epochs } = untold
    untold = emptyBatch()
    toldAt = performance.now()
    if (step !== null) options.notify(progressOf(run.id, step, points))
    if (epochs.length > 0) options.onEpoch()
  }
  const schedule = (): void => {
    timer ??= setTimeout(
      () => {
        try {
          flush()
        } catch (error) {
          options.onError(error)
        }
      },
      Math.max(GATHER_MS, toldAt + TELL_MS - performance.now()),
    ).unref()
  }
  return {
    commit,
    flush,
    series: (all) => void (names = [...all]),
    step(message) {
      waiting.step = message
      for (const [index, step, epoch, seconds, value] of message.points) {
        const name = names[index]
        if (name === undefined) throw new Error(`the trainer sent a point of the unnamed series ${index}`)
        // A diverging loss has no place on a curve; the run's end says what happened.
        if (Number.isFinite(value)) rowsOf(waiting, name).push([step, epoch, seconds, value])
      }
      waiting.count += message.points.length
      if (waiting.count >= MAX_POINTS) flush()
      else schedule()
    },
    epoch(message) {
      waiting.epochs.push(message)
      schedule()
    },
  }
}

interface Batch {
  readonly points: Map<string, PointRow[]>
  /** Of points that wait to be stored. */
  count: number
  /** The newest. */
  step: Step | null
  readonly epochs: Epoch[]
}

function emptyBatch(): Batch {
  return { points: new Map(), count: 0, step: null, epochs: [] }
}

function isEmpty({ step, epochs }: Batch): boolean {
  return step === null && epochs.length === 0
}

function rowsOf({ points }: Batch, name: string): PointRow[] {
  const known = points.get(name)
  if (known !== undefined) return known
  const rows: PointRow[] = []
  points.set(name, rows)
  return rows
}

function append(to: Batch, batch: Batch): void {
  for (const [name, rows] of batch.points) {
    const all = rowsOf(to, name)
    for (const row of rows) all.push(row)
  }
  to.step = batch.step ?? to.step
  to.epochs.push(...batch.epochs)
}

function store(db: Db, run: number, batch: Batch): void {
  for (const [name, rows] of batch.points) {
    appendPoints(db, seriesKey(db, run, name), rows)
    if (isSummarised(name)) for (const [, epoch, , value] of rows) recordMetric(db, run, name, value, epoch)
  }
  for (const epoch of batch.epochs) {
    putEpoch(db, run, epoch)
    for (const [name, value] of Object.entries(epoch.metrics)) recordMetric(db, run, name, value, epoch.epoch)
  }
  const done = batch.epochs.at(-1)
  updateRun(db, run, {
    ...(batch.step === null ? {} : { progress: batch.step.progress, seconds: batch.step.seconds }),
    ...(done === undefined ? {} : { epochs_done: done.epoch }),
  })
}

function progressOf(runId: string, step: Step, points: Batch['points']): Omit<Events['runs.progressed'], 'seq'> {
  return {
    runId,
    phase: step.phase,
    epoch: step.epoch,
    step: step.step,
    stepsPerEpoch: step.stepsPerEpoch,
    progress: step.progress,
    samplesPerSecond: step.samplesPerSecond,
    secondsLeft: step.secondsLeft,
    memoryBytes: step.memoryBytes,
    points: Object.fromEntries(
      [...points].map(([name, rows]) => [name, rows.map((row) => [...row] as [number, number, number, number])]),
    ),
  }
}
