import { mkdirSync } from 'node:fs'
import { openStore } from '../../../src-main/core/store/open.ts'
import { appendPoints, type PointRow, seriesKey } from '../../../src-main/core/store/points-repo.ts'
import { createRecorder } from '../../../src-main/core/runs/training/point-recorder.ts'
import { insertTestRun } from '../../support/store-rows.ts'
import { rateRow, type Row } from './rows.ts'

const BATCHES = 200
const POINTS = 5000

/** How fast metric points are recorded: as a training sends them, in single points, and in bulk. */
export async function benchPoints(folder: string): Promise<Row[]> {
  mkdirSync(folder, { recursive: true })
  const { db, close } = openStore(folder, { kind: 'test', now: new Date() })
  const training = rateOf(BATCHES * POINTS, () => {
    const run = { key: insertTestRun(db, 'training'), id: 'training' }
    const quiet = { notify: () => undefined, onEpoch: () => undefined, onError: raise }
    const recorder = createRecorder({ db, run, resumed: false, ...quiet })
    recorder.series(['train.loss', 'learningRate', 'validation.loss', 'validation.accuracy'])
    for (let batch = 0; batch < BATCHES; batch++) {
      const points = Array.from({ length: POINTS }, (_unused, i): [number, number, number, number, number] => {
        const step = batch * POINTS + i
        return [i % 4, step, step / 100, step / 10, Math.sin(step)]
      })
      recorder.step({ ...STEP, step: batch, points })
    }
    recorder.flush()
  })
  const series = seriesKey(db, insertTestRun(db, 'single'), 'train.loss')
  const singles = 20_000
  const single = rateOf(singles, () => {
    for (let i = 0; i < singles; i++) db.transaction(() => appendPoints(db, series, [[i, i, i, i]]))
  })
  const bulk = rateOf(BATCHES * POINTS, () => {
    const rows = Array.from({ length: POINTS }, (_unused, i): PointRow => [i, i, i, i])
    const key = seriesKey(db, insertTestRun(db, 'bulk'), 'train.loss')
    for (let batch = 0; batch < BATCHES; batch++) db.transaction(() => appendPoints(db, key, rows))
  })
  close()
  return [
    rateRow('points of a training', training, 200_000, 'messages of 5,000 points in 4 series, with summaries'),
    rateRow('points in batches', bulk, 200_000, 'commits of 5,000 points'),
    rateRow('points one by one', single, 1000, 'a commit each'),
  ]
}

const STEP = {
  type: 'step',
  phase: 'head',
  epoch: 1,
  step: 1,
  stepsPerEpoch: 1,
  progress: 0.5,
  samplesPerSecond: 1,
  secondsLeft: 1,
  seconds: 1,
  memoryBytes: 1,
} as const

function rateOf(count: number, work: () => void): number {
  const from = performance.now()
  work()
  return count / ((performance.now() - from) / 1000)
}

function raise(error: unknown): never {
  throw error
}
