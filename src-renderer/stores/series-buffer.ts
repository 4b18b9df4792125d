import type { Series } from '@contract/runs.ts'

/** One metric's points of one run, as columns of equal length. `step` rises. */
export interface SeriesBuffer {
  readonly metric: string
  readonly step: readonly number[]
  readonly epoch: readonly number[]
  readonly time: readonly number[]
  readonly value: readonly number[]
}

/** [step, epoch, seconds, value] */
export type PointRow = readonly [number, number, number, number]

/** Beyond this many points a live curve is halved: no screen shows more. */
const MAX_POINTS = 20_000

export function toBuffer(series: Series): SeriesBuffer {
  return {
    metric: series.metric,
    step: series.step,
    epoch: series.epoch,
    time: series.time,
    value: series.value,
  }
}

export function emptyBuffer(metric: string): SeriesBuffer {
  return { metric, step: [], epoch: [], time: [], value: [] }
}

/** The buffer with the rows that are newer than what is there; rows that a snapshot already holds are left out. The columns grow in
 *  place: `buffer` is given away, and only what this returns is shown on. */
export function appendPoints(buffer: SeriesBuffer, rows: readonly PointRow[]): SeriesBuffer {
  const last = buffer.step[buffer.step.length - 1] ?? -Infinity
  const fresh = rows.filter((row) => row[0] > last)
  if (fresh.length === 0) return buffer
  const columns = [buffer.step, buffer.epoch, buffer.time, buffer.value] as number[][]
  for (const row of fresh) columns.forEach((column, index) => column.push(row[index] ?? NaN))
  return buffer.step.length > MAX_POINTS ? halve(buffer) : { ...buffer }
}

export function rowsOf(buffer: SeriesBuffer): PointRow[] {
  return buffer.step.map((step, index) => [
    step,
    buffer.epoch[index] ?? 0,
    buffer.time[index] ?? 0,
    buffer.value[index] ?? NaN,
  ])
}

function halve(buffer: SeriesBuffer): SeriesBuffer {
  const keep = (column: readonly number[]) =>
    column.filter((_, index) => index % 2 === 0 || index === column.length - 1)
  return {
    metric: buffer.metric,
    step: keep(buffer.step),
    epoch: keep(buffer.epoch),
    time: keep(buffer.time),
    value: keep(buffer.value),
  }
}
