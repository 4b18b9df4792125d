import type { Series } from '../../contract/runs.ts'
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
    const kept = thin(points.value, maxPoints)
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

/** Places that stay: first, last, and of each stretch its lowest and highest value, so that no peak is lost. null: all. */
export function thin(values: Points['value'], maxPoints: number): number[] | null {
  const count = values.length
  if (count <= maxPoints) return null
  const stretches = Math.max(1, Math.floor((maxPoints - 2) / 2))
  const kept = [0]
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * (count - 2)) / stretches)
    const to = 1 + Math.floor(((stretch + 1) * (count - 2)) / stretches)
    if (from >= to || maxPoints < 4) continue
    let low = from
    let high = from
    for (let i = from + 1; i < to; i++) {
      if ((values[i] as number) < (values[low] as number)) low = i
      if ((values[i] as number) > (values[high] as number)) high = i
    }
    kept.push(Math.min(low, high))
    if (low !== high) kept.push(Math.max(low, high))
  }
  kept.push(count - 1)
  return kept
}
