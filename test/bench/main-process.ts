import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureMainProcess } from './main-process/measure.ts'
import { printRows, timeRow } from './store/rows.ts'

/** What holds up the window is felt from here on. */
const AIM_MS = 50
const SIZE = { items: 100_000, runs: 1000, models: 100, weightBytes: 300_000_000 }

/** npm run bench -- main-process [--json FILE]: the longest time that each call of the window keeps the main process from anything
 *  else, in a large workspace. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-main-'))
  try {
    const held = await measureMainProcess(folder, SIZE)
    const rows = held.map((one) =>
      timeRow(
        one.call,
        one.held,
        AIM_MS,
        `computing ${one.busy.toFixed(0)} ms in one go; done after ${Math.round(one.total)} ms`,
      ),
    )
    const cpu = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
    printRows(rows, `${cpu}, Node ${process.versions.node}`)
    const asked = process.argv[process.argv.indexOf('--json') + 1 || Infinity]
    const file = asked ?? join(import.meta.dirname, '..', '.artifacts', 'bench-main-process.json')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), cpu, rows }, null, 2)}\n`)
    process.exitCode = rows.every((row) => row.passed) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
