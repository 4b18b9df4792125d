import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { measureMainProcess } from '../bench/main-process/measure.ts'
import { holdUp } from '../support/hold-up.ts'

/** `npm run bench -- main-process` measures against 50 ms; here only what has become slow beyond doubt fails. */
const LIMIT_MS = 250
/** What `calibrate` takes where the limit was set. */
const USUAL_MS = 60
const SIZE = { items: 100_000, runs: 1000, models: 100, weightBytes: 300_000_000 }

/** How much slower this computer is than that of the limit; at least 1. */
async function calibrate(): Promise<number> {
  const { busy } = await holdUp(() => {
    const lines = Array.from({ length: 100_000 }, (_unused, i) => JSON.stringify({ i, text: `line ${i}` }))
    return createHash('sha256').update(lines.sort().join('')).digest('hex')
  })
  return Math.max(1, busy / USUAL_MS)
}

it('nothing that the window asks of a large workspace holds up the main process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-main-process-'))
  try {
    const factor = await calibrate()
    const rows = await measureMainProcess(folder, SIZE)
    console.table(rows.map(({ call, busy, held }) => ({ call, busy: Math.round(busy), held: Math.round(held) })))
    const slow = rows.filter(({ busy }) => busy > LIMIT_MS * factor)
    expect(slow).toEqual([])
    expect(rows.length).toBeGreaterThan(40)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
