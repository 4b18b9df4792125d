import type { Db } from '../store/database.ts'
import { clearMetrics, recordMetric } from '../store/metrics-repo.ts'
import { dropPointsFrom, listSeries, readPoints } from '../store/points-repo.ts'
import { dropCheckpointsFrom, dropEpochsAfter, listEpochs } from '../store/run-records-repo.ts'
import { isSummarised } from './recorder.ts'

/** Makes a run look as it did before `step`: training goes on from a checkpoint and will make these points again. */
export function goBackTo(db: Db, run: number, step: number): void {
  const epoch = epochBefore(db, run, step)
  dropPointsFrom(db, run, step)
  dropEpochsAfter(db, run, epoch)
  dropCheckpointsFrom(db, run, step)
  clearMetrics(db, run)
  for (const series of listSeries(db, run).filter(({ name }) => isSummarised(name))) {
    const points = readPoints(db, series.key)
    points.value.forEach((value, i) => recordMetric(db, run, series.name, value, points.epoch[i] ?? 0))
  }
  for (const row of listEpochs(db, run)) {
    for (const [name, value] of Object.entries(row.metrics)) recordMetric(db, run, name, value, row.epoch)
  }
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
