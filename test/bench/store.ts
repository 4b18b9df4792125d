import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchDataset } from './store/dataset.ts'
import { benchPoints } from './store/points.ts'
import { printRows, type Row } from './store/rows.ts'
import { benchRuns } from './store/runs.ts'

/** npm run bench -- store [--json FILE] [--runs N]: speed of the records, through the same dispatch that the window uses.
 *  `--runs` makes the large store smaller for a quick look. */
async function main(): Promise<void> {
  const option = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1 || Infinity]
  const runs = Number(option('runs') ?? 10_000)
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  try {
    const rows: Row[] = [
      ...(await benchPoints(join(folder, 'points'))),
      ...(await benchRuns(join(folder, 'runs'), runs)),
      ...(await benchDataset(join(folder, 'dataset'))),
    ]
    const cpu = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
    printRows(rows, `${cpu}, Node ${process.versions.node}`)
    const file = option('json') ?? join(import.meta.dirname, '..', '.artifacts', 'bench-store.json')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(
      file,
      `${JSON.stringify({ at: new Date().toISOString(), cpu, node: process.versions.node, rows }, null, 2)}\n`,
    )
    process.exitCode = rows.every((row) => row.passed) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
