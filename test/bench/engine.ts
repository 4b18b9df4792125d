import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Contender, type ContenderName, startContender } from './engine/contender.ts'
import { longRows } from './engine/long-rows.ts'
import { NETWORKS } from './engine/networks.ts'
import { peersPython, peerVersions } from './engine/peers.ts'
import { median, printResult, type Report, type Result, writeReport } from './engine/results.ts'
import { type BenchRow, ROWS } from './engine/tasks.ts'

/** npm run bench [-- engine] [--peers] [--quick] [--row ID] [--rounds N] [--json FILE] [--write]
 *  Training speed against stock tfjs-node, and with --peers against Keras and PyTorch. Contenders are measured in turn, round by
 *  round; the others wait meanwhile. --write puts the table into docs/benchmarks.md. */
async function main(): Promise<void> {
  const has = (name: string) => process.argv.includes(`--${name}`)
  const option = (name: string) => process.argv[process.argv.indexOf(`--${name}`) + 1 || Infinity]
  const python = has('peers') ? peersPython() : null
  const rounds = Number(option('rounds') ?? (has('quick') ? 2 : 5))
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  const results: Result[] = []
  const keep = (result: Result) => {
    printResult(result)
    results.push(result)
  }
  try {
    const wanted = (id: string) => option('row') === undefined || option('row') === id
    for (const row of ROWS.filter(({ id }) => wanted(id))) keep(await measureRow(row, folder, python, rounds))
    if (!has('quick')) for (const row of longRows(folder, python, rounds)) if (wanted(row.id)) keep(await row.measure())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const report: Report = {
    at: new Date().toISOString(),
    machine: `${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: { Node: process.versions.node, 'tfjs-node': '4.22.0', ...(python === null ? {} : peerVersions(python)) },
    rounds,
    results,
  }
  const file = option('json') ?? join(import.meta.dirname, '..', '.artifacts', 'bench-engine.json')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  if (has('write')) writeReport(join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md'), report)
}

async function measureRow(row: BenchRow, folder: string, python: string | null, rounds: number): Promise<Result> {
  const network = join(folder, `${row.task.network}.json`)
  writeFileSync(network, JSON.stringify(NETWORKS[row.task.network]!()))
  const names: ContenderName[] = python === null ? ['graft', 'stock'] : ['graft', 'stock', 'keras', 'torch']
  const contenders: Contender[] = []
  const values = new Map<ContenderName, number[]>(names.map((name) => [name, []]))
  const notes: Result['notes'] = {}
  try {
    for (const name of names) {
      const contender = startContender(name, python ?? '')
      contenders.push(contender)
      // Stock tfjs-node has one precision, and is slow enough for fewer batches.
      const batches = name === 'stock' ? Math.max(2, Math.ceil(row.task.batches / 4)) : row.task.batches
      await contender.prepare({ ...row.task, batches, network })
    }
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const { value, note } = await contender.measure()
        values.get(contender.name)!.push(value)
        if (note !== undefined) notes[contender.name] = note
      }
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()))
  }
  const figures = Object.fromEntries([...values].map(([name, all]) => [name, median(all)]))
  return { id: row.id, title: row.title, unit: row.unit, better: 'more', figures, notes, goals: row.goals }
}

await main()
