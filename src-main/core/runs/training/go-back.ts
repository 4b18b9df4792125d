import type { Db } from '../../store/database.ts'
import { clearMetrics, keepMetrics, recordMetric, runMetrics } from '../../store/metrics-repo.ts'
import {
  dropPointsFrom,
  dropSeriesFrom,
  listSeries,
  type PointRow,
  readPoints,
  seriesKey,
} from '../../store/points-repo.ts'
import { dropCheckpointsFrom, dropEpochsAfter, listEpochs, newestCheckpoint } from '../../store/run-records-repo.ts'
import { isSummarised } from './is-summarised.ts'

/** New points by series, in order. */
type NewPoints = ReadonlyMap<string, readonly PointRow[]>

/**
 * Training goes on from a checkpoint and makes points again that are there already: makes a run look as it did before them. Called
 * with what each batch brings, before it is stored.
 */
export function createGoBack(db: Db, run: number): (points: NewPoints) => void {
  const made = new Set<string>()
  return (points) => {
    const isFirst = made.size === 0
    const fresh = [...points].filter(([name, rows]) => rows.length > 0 && !made.has(name))
    for (const [name, rows] of fresh) {
      made.add(name)
      dropSeriesFrom(db, seriesKey(db, run, name), rows[0]![0])
    }
    if (isFirst && fresh.length > 0) goBackTo(db, run, Math.min(...fresh.map(([, rows]) => rows[0]![0])))
  }
}

/** `step`: the first that brings something new. */
function goBackTo(db: Db, run: number, step: number): void {
  // A checkpoint between an epoch's last step and its validation: what comes first belongs to that step, too, whose loss is not
  // made again.
  const from = newestCheckpoint(db, run)?.step === step ? step + 1 : step
  const epoch = epochBefore(db, run, step)
  dropPointsFrom(db, run, from)
  dropEpochsAfter(db, run, epoch)
  dropCheckpointsFrom(db, run, from)
  const before = runMetrics(db, run)
  clearMetrics(db, run)
  for (const series of listSeries(db, run).filter(({ name }) => isSummarised(name))) {
    const points = readPoints(db, series.key)
    points.value.forEach((value, i) => recordMetric(db, run, series.name, value, points.epoch[i] ?? 0))
  }
  for (const row of listEpochs(db, run)) {
    for (const [name, value] of Object.entries(row.metrics)) recordMetric(db, run, name, value, row.epoch)
  }
  // Of a network whose training was over before: its weights are still those of its best epoch.
  const after = runMetrics(db, run)
  const same = Object.entries(before).filter(([name, { last }]) => after[name]?.last === last)
  keepMetrics(db, run, Object.fromEntries(same.map(([name, { kept }]) => [name, kept])))
}

/** Epochs that were complete before a step: the epoch counter of the last point that stays. */
function epochBefore(db: Db, run: number, step: number): number {
  let epoch = 0
  for (const series of listSeries(db, run)) {
    const points = readPoints(db, series.key)
    const end = points.step.findIndex((value) => value >= step)
    const last = (end === -1 ? points.step.length : end) - 1
    if (last >= 0) epoch = Math.max(epoch, Math.floor((points.epoch[last] ?? 0) + 1e-4))
  }
  return epoch
}
