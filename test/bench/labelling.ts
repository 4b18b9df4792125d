import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { peersPython } from './engine/peers.ts'
import type { LabellingTask, Measured } from './labelling/task.ts'
import { type LabellingRow, tableOf, writeTable } from './labelling/write-table.ts'

const PEERS = ['scikit-learn==1.9.1', 'umap-learn==0.5.12']
const SIZES = [
  { rows: 1000, classes: 10, labels: 300 },
  { rows: 10_000, classes: 10, labels: 1000 },
  { rows: 50_000, classes: 100, labels: 2000 },
  { rows: 100_000, classes: 10, labels: 1000 },
]

/** npm run bench -- labelling [--peers] [--quick] [--write] [--json FILE]
 *  Speed and memory of what labelling asks of a dataset's features, 1,280 a row; with --peers beside scikit-learn's LogisticRegression and
 *  NearestNeighbors and umap-learn (GRAFT_PEERS_PYTHON, or an environment that is made once). --quick: the two small sizes. */
function main(): void {
  const flag = { type: 'boolean', default: false } as const
  const options = { peers: flag, quick: flag, write: flag, json: { type: 'string' } } as const
  const { peers, quick, write, json } = parseArgs({ args: process.argv.slice(2), options }).values
  if (write && quick) throw new Error('Expected --write with all sizes: leave out --quick.')
  const python = peers ? peersPython('bench-labelling-peers', PEERS) : null
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  const rows: LabellingRow[] = []
  try {
    for (const size of quick ? SIZES.slice(0, 2) : SIZES) {
      const own = { ...size, rounds: quick ? 3 : 9, groups: true, umap: !quick }
      const task: LabellingTask = { ...own, file: join(folder, 'features.f32') }
      console.log(`${size.rows.toLocaleString('en')} rows ...`)
      const graft = measure(process.execPath, 'measure.ts', task)
      rows.push({ task: own, graft, peers: python === null ? null : measure(python, 'measure_peers.py', task) })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
  const named = python === null ? [] : PEERS.map((each) => each.replace('==', ' '))
  const facts = [`Machine: ${machine}. Date: ${new Date().toISOString().slice(0, 10)}.`, `Node ${process.versions.node}`, ...named].join(' ') // prettier-ignore
  console.log(`${facts}\n${tableOf(rows)}`)
  const file = json ?? join(import.meta.dirname, '..', '.artifacts', 'bench-labelling.json')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2)}\n`)
  if (write) writeTable(join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md'), rows, facts)
}

/** In a process of its own. */
function measure(command: string, script: string, task: LabellingTask): Measured {
  const path = join(import.meta.dirname, 'labelling', script)
  const { status, stdout, stderr } = spawnSync(command, [path, JSON.stringify(task)], { encoding: 'utf8' })
  const line = stdout.split('\n').find((each) => each.startsWith('@'))
  if (status !== 0 || line === undefined) throw new Error(`${script} ended with ${status}: ${stderr.slice(-2000)}`)
  return JSON.parse(line.slice(1)) as Measured
}

main()
