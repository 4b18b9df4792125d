import type { Series } from '../../contract/runs.ts'
import { thin } from '../../contract/thinning.ts'
import type { Db } from '../store/database.ts'
import { listSeries, type Points, readPoints } from '../store/points-repo.ts'
import type { RunRow } from '../store/runs-repo.ts'

/** The asked-for curves that the run has. */
export function readSeries(db: Db, run: RunRow, metrics: readonly string[], maxPoints: number): Series[] {
  const known = listSeries(db, run.key)
  return metrics.flatMap((metric) => {
    const found = known.find((series) => series.name === metric)
    if (found === undefined) return []
    const points = readPoints(db, found.key)
    const kept = keptPlaces(points.value, maxPoints, points.step)
    const pick = (column: Float64Array): number[] =>
      kept === null ? Array.from(column) : kept.map((i) => column[i] as number)
    return [
      {
        runId: run.id,
        metric,
        step: pick(points.step),
        epoch: pick(points.epoch),
        time: pick(points.seconds),
        value: pick(points.value),
        points: found.points,
      } satisfies Series,
    ]
  })
}

/** Places that stay, so that no peak is lost; null: all. */
export function keptPlaces(
  values: Points['value'],
  maxPoints: number,
  at: ArrayLike<number> = Array.from(values.keys()),
): number[] | null {
  return values.length <= maxPoints ? null : thin(at, values, maxPoints)
}
