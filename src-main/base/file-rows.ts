import { read, readSync } from 'node:fs'

/** Where one row of bytes lies in an open file. */
export interface RowPlace {
  readonly file: number
  readonly position: number
}

/** Reads rows one after the other into one array. The reads run on the system's threads: they go on while this thread is
 *  busy with a training step. */
export async function readRows(places: readonly RowPlace[], rowBytes: number): Promise<Uint8Array> {
  const rows = new Uint8Array(places.length * rowBytes)
  await Promise.all(
    spans(places, rowBytes).map(({ file, position, at, bytes }) => fill(file, rows.subarray(at, at + bytes), position)),
  )
  return rows
}

/** The same at once. */
export function readRowsNow(places: readonly RowPlace[], rowBytes: number, into: Uint8Array): void {
  for (const { file, position, at, bytes } of spans(places, rowBytes)) {
    let done = 0
    while (done < bytes) {
      const count = readSync(file, into, at + done, bytes - done, position + done)
      if (count === 0) throw new Error(`Expected ${bytes} bytes of pixels. Received: ${done}`)
      done += count
    }
  }
}

interface Span extends RowPlace {
  /** Place in the result. */
  readonly at: number
  readonly bytes: number
}

/** Rows that follow each other in a file are read in one go. */
function spans(places: readonly RowPlace[], rowBytes: number): Span[] {
  const found: { file: number; position: number; at: number; bytes: number }[] = []
  for (const [i, { file, position }] of places.entries()) {
    const last = found.at(-1)
    if (last?.file === file && last.position + last.bytes === position) last.bytes += rowBytes
    else found.push({ file, position, at: i * rowBytes, bytes: rowBytes })
  }
  return found
}

function fill(file: number, into: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (done: number) => {
      read(file, into, done, into.length - done, position + done, (error, count) => {
        if (error !== null) reject(error)
        else if (count === 0) reject(new Error(`Expected ${into.length} bytes of pixels. Received: ${done}`))
        else if (done + count === into.length) resolve()
        else next(done + count)
      })
    }
    next(0)
  })
}
