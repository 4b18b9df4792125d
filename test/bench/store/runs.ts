import { join } from 'node:path'
import { openStore } from '../../../src-main/core/store/open.ts'
import { recordMetric } from '../../../src-main/core/store/metrics-repo.ts'
import { appendPoints, type PointRow, seriesKey } from '../../../src-main/core/store/points-repo.ts'
import { testWorkbench } from '../../support/test-workbench.ts'
import { insertTestRun } from '../../support/store-rows.ts'
import { median, type Row, timeRow } from './rows.ts'

const POINTS = 1000
const LONG = 72_000
const METRICS = [
  'train.loss',
  'validation.loss',
  'validation.accuracy',
  'validation.macroF1',
  'test.accuracy',
  'test.loss',
]

/** The runs table and curves of a large workspace, as the window asks for them. */
export async function benchRuns(folder: string, runs: number): Promise<Row[]> {
  const test = testWorkbench({ folder, host: 'cli' })
  const root = join(folder, 'ws')
  await test.call('workspace.open', { source: root, create: true })
  await test.call('workspace.close', {})
  fillRuns(root, runs)
  const opening = await median(3, async () => {
    await test.call('workspace.open', { source: root })
    await test.call('workspace.close', {})
  })
  await test.call('workspace.open', { source: root })
  const list = (limit: number) => () =>
    test.call('runs.list', { sort: 'metrics.validation.accuracy', descending: true, limit })
  const spread = Array.from({ length: 20 }, (_unused, i) => `r${Math.floor((i * runs) / 20)}`)
  const series = (runIds: string[], maxPoints: number) => () =>
    test.call('runs.series', { runIds, metrics: ['train.loss'], maxPoints })
  const rows = [
    timeRow('open and close', opening, 5000, `${runs} runs of ${POINTS} points, checked for damage`),
    timeRow('runs table, first 1000', await median(5, list(1000)), 300, 'sorted by a metric'),
    timeRow('runs table, all', await median(5, list(10_000)), 300, `${runs} runs, ${METRICS.length} metrics each`),
    timeRow('20 curves', await median(5, series(spread, 1000)), 200, 'of as many runs'),
    timeRow('one long curve, whole', await median(5, series(['long'], 100_000)), 100, `${LONG} points`),
    timeRow('one long curve, thinned', await median(5, series(['long'], 1000)), 100, `${LONG} points to 1000`),
  ]
  await test.close()
  return rows
}

/** `runs` finished runs of 1,000 points, the first 20 of them with `longCurves` points, and one of 72,000. */
export function fillRuns(root: string, runs: number, longCurves = POINTS): void {
  const { db, close } = openStore(root, { kind: 'test', now: new Date() })
  const curve = (count: number): PointRow[] =>
    Array.from({ length: count }, (_unused, i) => [i, i / 100, i / 10, Math.exp(-i / 300)])
  const short = curve(POINTS)
  const tall = curve(longCurves)
  for (let from = 0; from < runs; from += 500) {
    db.transaction(() => {
      for (let i = from; i < Math.min(from + 500, runs); i++) {
        const run = insertTestRun(db, `r${i}`, { name: `run ${i}`, tags: i % 3 === 0 ? '["a"]' : '[]' })
        appendPoints(db, seriesKey(db, run, 'train.loss'), i < 20 ? tall : short)
        for (const metric of METRICS) recordMetric(db, run, metric, ((i * 7919) % 10_007) / 10_007, 5)
      }
    })
  }
  db.transaction(() => appendPoints(db, seriesKey(db, insertTestRun(db, 'long'), 'train.loss'), curve(LONG)))
  close()
}
