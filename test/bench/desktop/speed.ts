import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext, pinnedNode, projectRoot } from '../../../build/setup/context.mjs'
import { type DesktopApp, startDesktop } from '../../support/desktop-app.ts'
import { type StagedApp, writableFolder } from '../../support/stage-electron.ts'
import { type Figure, figure, middle } from './figures.ts'
import { importDigits } from './import-digits.ts'
import { CLI } from '../../support/programs.ts'

const ROUNDS = 9
const SPEC = {
  name: 'speed',
  dataset: 'digits',
  base: 'lenet',
  strategy: { type: 'fine-tuning' },
  epochs: 20,
  batchSize: 64,
  seed: 1,
}

interface RunFigures {
  readonly epochFigures: readonly { samplesPerSecond: number | null }[]
}

/** Items a second of the same run inside Electron, its curves being drawn, and from the command line, in turn. */
export async function benchSpeed(stage: StagedApp, display: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-speed-'))
  const cli = commandLine(folder)
  cli('dataset', 'import', join(projectRoot, 'resources/samples/digits'), '--name', 'digits')
  const desktop = await startDesktop(stage, display, { args: ['--workspace', writableFolder(stage, 'bench-speed')] })
  try {
    await importDigits(desktop, stage)
    const [inElectron, fromCommand]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      inElectron.push(await trainInElectron(desktop))
      fromCommand.push(trainFromCommand(cli, folder))
    }
    const ratios = inElectron.map((speed, i) => (100 * speed) / (fromCommand[i] as number))
    const range = `each round: ${ratios.map((ratio) => ratio.toFixed(1)).join(', ')}`
    return [
      figure('training inside Electron', middle(inElectron), 'items/s', null, `${ROUNDS} rounds in turn`),
      figure('the same run from the command line', middle(fromCommand), 'items/s'),
      figure('Electron in percent of the command line', middle(ratios), '%', '>= 97 %', range),
    ]
  } finally {
    await desktop.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first epoch fills caches and does not count. */
function speedOf({ epochFigures }: RunFigures): number {
  return middle(epochFigures.slice(1).map(({ samplesPerSecond }) => samplesPerSecond ?? Number.NaN))
}

async function trainInElectron(desktop: DesktopApp): Promise<number> {
  const started = await desktop.call<{ runId: string }>('runs.start', { spec: SPEC })
  if (!started.ok || started.value === undefined) throw new Error(started.error?.message)
  const { runId } = started.value
  await desktop.page.evaluate(`location.hash = '/runs/${runId}'`)
  for (;;) {
    await desktop.page.waitForTimeout(2000)
    const { value } = await desktop.call<{ status: string; reason: string | null } & RunFigures>('runs.get', { runId })
    if (value?.status === 'finished') return speedOf(value)
    if (value?.status === 'failed' || value?.status === 'interrupted') throw new Error(value.reason ?? value.status)
  }
}

type Cli = (...args: string[]) => unknown

function commandLine(folder: string): Cli {
  return (...args) => {
    const all = [CLI, ...args, '--workspace', join(folder, 'workspace'), '--json']
    const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
    const result = spawnSync(pinnedNode(createContext()), all, { encoding: 'utf8', env })
    if (result.status !== 0) throw new Error(result.stderr)
    return JSON.parse(result.stdout) as unknown
  }
}

function trainFromCommand(cli: Cli, folder: string): number {
  const spec = join(folder, 'spec.json')
  writeFileSync(spec, JSON.stringify(SPEC))
  return speedOf(cli('run', spec) as RunFigures)
}
