import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { agreementRows } from './engine/agreement-rows.ts'
import { stopContenders } from './engine/contender.ts'
import { featureRows } from './engine/feature-rows.ts'
import { fileRows } from './engine/file-rows.ts'
import { importRows } from './engine/import-rows.ts'
import { longRows } from './engine/long-rows.ts'
import { type BenchOptions, isAskedFor, readOptions } from './engine/options.ts'
import { peersPython } from './engine/peers.ts'
import { rateRows } from './engine/rate-rows.ts'
import { printResult } from './engine/print-result.ts'
import type { Report } from './engine/results.ts'
import { measureRow, type Row } from './engine/row.ts'
import { versionsOf } from './engine/versions.ts'
import { writeReport } from './engine/write-report.ts'

const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md')
const ARTIFACT = join(import.meta.dirname, '..', '.artifacts', 'bench-engine.json')

/** npm run bench [-- engine] [--peers] [--quick] [--row ID] [--rounds N] [--json FILE] [--write]
 *  Training speed against stock tfjs-node, and with --peers against Keras, PyTorch and ONNX Runtime. Contenders are measured in turn, round
 *  by round; the others wait meanwhile. --write puts the table into docs/benchmarks.md. A goal that is missed is reported and
 *  is no failure; a contender that could not be measured is one. */
async function main(): Promise<void> {
  const all = [...rateRows, ...featureRows, ...fileRows, ...agreementRows, ...longRows, ...importRows]
  const options = readOptions(
    process.argv.slice(2),
    all.map(({ id }) => id),
  )
  const python = options.peers ? peersPython() : null
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  process.once('exit', () => {
    stopContenders()
    rmSync(folder, { recursive: true, force: true })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const report = await measure(rowsOf(all, options), { folder, python, options })
  if (options.write) writeReport(DOCS, report)
  if (report.results.some(({ failed }) => failed.length > 0)) process.exitCode = 1
}

function rowsOf(all: readonly Row[], { row, quick }: BenchOptions): readonly Row[] {
  if (row !== null) return all.filter(({ id }) => isAskedFor(id, row))
  return quick ? all.filter(({ isLong }) => !isLong) : all
}

interface Place {
  readonly folder: string
  readonly python: string | null
  readonly options: BenchOptions
}

/** Measures the rows one after the other; the file is written after each, so that a bench that is stopped leaves what it has. */
async function measure(rows: readonly Row[], { folder, python, options }: Place): Promise<Report> {
  const file = options.json ?? ARTIFACT
  mkdirSync(dirname(file), { recursive: true })
  const [cpu] = cpus()
  const report: Report = {
    at: new Date().toISOString(),
    machine: `${cpus().length} cores of ${cpu?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: versionsOf(python),
    results: [],
  }
  for (const row of rows) {
    const result = await measureRow(row, { folder, python, rounds: options.rounds })
    printResult(result)
    report.results.push(result)
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  }
  console.log(`\nWritten: ${file}`)
  return report
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
