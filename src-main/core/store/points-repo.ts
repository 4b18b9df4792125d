import type { Db } from './database.ts'
import { asBytes } from './values-repo.ts'

/** Points a row holds at most. */
export const CHUNK_POINTS = 512

/** Points of one series in columns; all arrays have the same length. `step` never decreases. */
export interface Points {
  readonly step: Float64Array
  readonly epoch: Float64Array
  /** Seconds of training since the run's start. */
  readonly seconds: Float64Array
  readonly value: Float64Array
}

/** [step, epoch, seconds, value] */
export type PointRow = readonly [number, number, number, number]

export function seriesKey(db: Db, run: number, name: string): number {
  const found = db.get<{ key: number }>('SELECT key FROM series WHERE run = ? AND name = ?', run, name)
  return found?.key ?? db.insert('INSERT INTO series (run, name) VALUES (?, ?)', run, name)
}

export function listSeries(db: Db, run: number): { key: number; name: string; points: number }[] {
  return db.all('SELECT key, name, points FROM series WHERE run = ? ORDER BY key', run)
}

/** Appends points; the last row is filled up first. Call inside a transaction: what it committed survives a kill. */
export function appendPoints(db: Db, series: number, points: readonly PointRow[]): void {
  const tail = db.get<{ key: number; first: number; count: number; data: Uint8Array }>(
    'SELECT key, first, count, data FROM point_chunks WHERE series = ? ORDER BY first DESC LIMIT 1',
    series,
  )
  let done = 0
  let next = tail === undefined ? 0 : tail.first + tail.count
  if (tail !== undefined && tail.count < CHUNK_POINTS) {
    done = Math.min(CHUNK_POINTS - tail.count, points.length)
    const rows = [...toRows(decode(tail.data, tail.count)), ...points.slice(0, done)]
    db.run(
      'UPDATE point_chunks SET count = ?, last_step = ?, data = ? WHERE key = ?',
      rows.length,
      rows.at(-1)?.[0] ?? 0,
      encode(rows),
      tail.key,
    )
    next += done
  }
  while (done < points.length) {
    const rows = points.slice(done, done + CHUNK_POINTS)
    insertChunk(db, series, next, rows)
    done += rows.length
    next += rows.length
  }
  db.run('UPDATE series SET points = ? WHERE key = ?', next, series)
}

function insertChunk(db: Db, series: number, first: number, rows: readonly PointRow[]): void {
  db.run(
    'INSERT INTO point_chunks (series, first, count, last_step, data) VALUES (?, ?, ?, ?, ?)',
    series,
    first,
    rows.length,
    rows.at(-1)?.[0] ?? 0,
    encode(rows),
  )
}

export function readPoints(db: Db, series: number): Points {
  const chunks = db.rows<[number, number, Uint8Array]>(
    'SELECT first, count, data FROM point_chunks WHERE series = ? ORDER BY first',
    series,
  )
  const last = chunks.at(-1)
  const total = last === undefined ? 0 : last[0] + last[1]
  const points = newPoints(total)
  for (const [first, count, data] of chunks) decodeInto(points, first, count, data)
  return points
}

/** Drops the points of all series of a run whose step is `step` or later: training goes on from before it. */
export function dropPointsFrom(db: Db, run: number, step: number): void {
  db.transaction(() => {
    for (const series of listSeries(db, run)) dropSeriesFrom(db, series.key, step)
  })
}

/** ... of one series. */
export function dropSeriesFrom(db: Db, series: number, step: number): void {
  const touched = db.all<{ key: number; first: number; count: number; data: Uint8Array }>(
    'SELECT key, first, count, data FROM point_chunks WHERE series = ? AND last_step >= ? ORDER BY first',
    series,
    step,
  )
  const first = touched[0]
  if (first === undefined) return
  for (const chunk of touched) db.run('DELETE FROM point_chunks WHERE key = ?', chunk.key)
  const kept = toRows(decode(first.data, first.count)).filter((row) => row[0] < step)
  if (kept.length > 0) insertChunk(db, series, first.first, kept)
  db.run('UPDATE series SET points = ? WHERE key = ?', first.first + kept.length, series)
}

function newPoints(count: number): Points {
  return {
    step: new Float64Array(count),
    epoch: new Float64Array(count),
    seconds: new Float64Array(count),
    value: new Float64Array(count),
  }
}

/** n float64 values, n float64 steps, n float32 epochs, n float32 seconds: 24 bytes a point. */
function encode(rows: readonly PointRow[]): Uint8Array {
  const count = rows.length
  const bytes = new ArrayBuffer(count * 24)
  const values = new Float64Array(bytes, 0, count)
  const steps = new Float64Array(bytes, count * 8, count)
  const epochs = new Float32Array(bytes, count * 16, count)
  const seconds = new Float32Array(bytes, count * 20, count)
  for (let i = 0; i < count; i++) {
    const row = rows[i] as PointRow
    steps[i] = row[0]
    epochs[i] = row[1]
    seconds[i] = row[2]
    values[i] = row[3]
  }
  return asBytes(new Float64Array(bytes))
}

function decode(data: Uint8Array, count: number): Points {
  const points = newPoints(count)
  decodeInto(points, 0, count, data)
  return points
}

function decodeInto(points: Points, first: number, count: number, data: Uint8Array): void {
  const bytes = new Uint8Array(data).buffer
  points.value.set(new Float64Array(bytes, 0, count), first)
  points.step.set(new Float64Array(bytes, count * 8, count), first)
  points.epoch.set(new Float32Array(bytes, count * 16, count), first)
  points.seconds.set(new Float32Array(bytes, count * 20, count), first)
}

function toRows(points: Points): PointRow[] {
  return Array.from(points.step, (step, i) => [
    step,
    points.epoch[i] as number,
    points.seconds[i] as number,
    points.value[i] as number,
  ])
}
