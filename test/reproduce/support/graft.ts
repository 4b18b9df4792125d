import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExperimentSpecInput } from '../../../src-main/contract/spec.ts'
import { CLI } from '../../support/programs.ts'

/** The document that `graft run --json` prints (docs/cli.md). */
export interface RunDocument {
  readonly runId: string
  readonly status: string
  readonly reason: string | null
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly seconds: number
  readonly epochs: number
  readonly [name: string]: unknown
}

/** A workspace in a temporary folder, driven by the command line as a user would. */
export interface ClaimWorkspace {
  readonly folder: string
  import(name: string, source: string, options?: readonly string[]): Promise<void>
  /** Trains a spec and waits. Throws when the run did not finish. */
  run(spec: ExperimentSpecInput): Promise<RunDocument>
  /** Any other command; what it prints as JSON. */
  graft(args: readonly string[]): Promise<unknown>
  close(): void
}

export function openWorkspace(): ClaimWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'graft-claim-'))
  mkdirSync(join(folder, 'specs'))
  const graft = (args: readonly string[]) => runGraft([...args, '--json', '--workspace', join(folder, 'workspace')])
  let specs = 0
  return {
    folder,
    graft,
    async import(name, source, options = []) {
      await graft(['dataset', 'import', source, '--name', name, ...options])
    },
    async run(spec) {
      const path = join(folder, 'specs', `${++specs}.json`)
      writeFileSync(path, JSON.stringify(spec))
      const document = (await graft(['run', path])) as RunDocument
      if (document.status !== 'finished') throw new Error(`The run ended as ${document.status}: ${document.reason}`)
      return document
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function runGraft(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  if (code !== 0 && output === '') throw new Error(`graft ${args.join(' ')} ended with ${code}: ${errors}`)
  return JSON.parse(output)
}

/** A file or folder of the data that claims need, under `GRAFT_DATA` (default: ../shared/data beside the checkout). */
export function dataPath(name: string): string {
  const root = process.env['GRAFT_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
  const path = resolve(root, name)
  if (existsSync(path)) return path
  throw new Error(`Expected ${name} in the folder that GRAFT_DATA names. Looked for it at ${path}.`)
}

/** Mean and the half width of its 95 % Student interval. */
export function meanInterval(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, half: NaN }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  // Two-sided 95 % quantiles of Student's t for 1 to 9 degrees of freedom.
  const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
  const quantile = quantiles[values.length - 2] ?? 2
  return { mean, half: quantile * Math.sqrt(variance / values.length) }
}
