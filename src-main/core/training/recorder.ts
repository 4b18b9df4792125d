import type { Events } from '../../contract/index.ts'
import type { ChildMessage } from '../../contract/trainer.ts'
import type { Db } from '../store/database.ts'
import { recordMetric } from '../store/metrics-repo.ts'
import { appendPoints, type PointRow, seriesKey } from '../store/points-repo.ts'
import { putEpoch } from '../store/run-records-repo.ts'
import { updateRun } from '../store/runs-repo.ts'
import { createGoBack } from './go-back.ts'

type Step = Extract<ChildMessage, { type: 'step' }>
type Epoch = Extract<ChildMessage, { type: 'epoch' }>

/** What is told of a run is stored before; nothing waits longer than this. */
const FLUSH_MS = 150
/** ... nor grows larger than this. */
const MAX_POINTS = 20_000

export interface Recorder {
  series(names: readonly string[]): void
  step(message: Step): void
  epoch(message: Epoch): void
  /** Commits what is waiting, then tells it. */
  flush(): void
}

export interface RecorderOptions {
  readonly db: Db
  readonly run: { readonly key: number; readonly id: string }
  /** Training goes on from a checkpoint: points that it makes anew are dropped when the first one comes. */
  readonly resumed: boolean
  readonly tell: (progress: Omit<Events['runs.progressed'], 'seq'>) => void
  readonly onEpoch: () => void
  /** Thrown by a flush that the timer made. */
  readonly onError: (error: unknown) => void
}

/** Collects the points of a running training and commits them in batches. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { db, run } = options
  let names: string[] = []
  let waiting = new Map<string, PointRow[]>()
  let count = 0
  let latest: Step | null = null
  let epochs: Epoch[] = []
  const goBack = options.resumed ? createGoBack(db, run.key) : null
  let timer: NodeJS.Timeout | null = null

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (latest === null && epochs.length === 0) return
    const batch = { points: waiting, step: latest, epochs }
    waiting = new Map()
    count = 0
    latest = null
    epochs = []
    db.transaction(() => {
      goBack?.(batch.points)
      store(db, run.key, batch)
    })
    if (batch.step !== null) options.tell(progressOf(run.id, batch.step, batch.points))
    if (batch.epochs.length > 0) options.onEpoch()
  }
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      try {
        flush()
      } catch (error) {
        options.onError(error)
      }
    }, FLUSH_MS).unref()
  }
  return {
    flush,
    series: (all) => void (names = [...all]),
    step(message) {
      latest = message
      for (const [index, step, epoch, seconds, value] of message.points) {
        const name = names[index]
        if (name === undefined) throw new Error(`the trainer sent a point of the unnamed series ${index}`)
        // A diverging loss has no place on a curve; the run's end says what happened.
        if (!Number.isFinite(value)) continue
        const rows = waiting.get(name)
        if (rows === undefined) waiting.set(name, [[step, epoch, seconds, value]])
        else rows.push([step, epoch, seconds, value])
      }
      count += message.points.length
      if (count >= MAX_POINTS) flush()
      else schedule()
    },
    epoch(message) {
      epochs.push(message)
      schedule()
    },
  }
}

interface Batch {
  readonly points: ReadonlyMap<string, readonly PointRow[]>
  readonly step: Step | null
  readonly epochs: readonly Epoch[]
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

/** Training losses come per step, too; their summary is that of whole epochs, which the epoch messages carry. */
export function isSummarised(series: string): boolean {
  return series.startsWith('validation.') || series.startsWith('test.')
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
