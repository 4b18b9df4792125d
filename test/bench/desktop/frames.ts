import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type DesktopApp, give, startDesktop } from '../../support/desktop-app.ts'
import { type StagedApp, writableFolder } from '../../support/stage-electron.ts'
import { quantile, watchedFrames, watchFrames } from '../page/watch-frames.ts'
import { fillRuns } from '../store/runs.ts'
import { type Figure, figure, middle } from './figures.ts'
import { importDigits } from './import-digits.ts'
import { treeMemory } from './memory.ts'

const POINTS = 10_000
const WATCH_MS = 20_000

/** Frames and memory of the window while a run trains and 20 curves of 10,000 points are drawn and read. */
export async function benchFrames(stage: StagedApp, display: string): Promise<Figure[]> {
  const workspace = writableFolder(stage, 'bench-workspace')
  fillRuns(workspace, 40, POINTS)
  openToEveryone(workspace, stage)
  const desktop = await startDesktop(stage, display, { args: ['--workspace', workspace] })
  try {
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1920, 1080))
    const runId = await train(desktop, stage)
    const figures = await watch(desktop)
    const run = await desktop.call<{ status: string }>('runs.get', { runId })
    if (run.value?.status !== 'running') throw new Error('The training was over before the frames were counted.')
    return figures
  } finally {
    await desktop.close()
  }
}

/** The records were made by this process: another user opens them, and an Electron that has no WAL. */
function openToEveryone(workspace: string, stage: StagedApp): void {
  const file = join(workspace, 'graft.sqlite')
  const database = new Database(file)
  database.pragma('journal_mode = DELETE')
  database.close()
  for (const name of ['workspace.lock', 'graft.sqlite-wal', 'graft.sqlite-shm'])
    rmSync(join(workspace, name), { force: true })
  give(stage, file)
}

async function train(desktop: DesktopApp, stage: StagedApp): Promise<string> {
  await importDigits(desktop, stage)
  const spec = {
    name: 'beside the curves',
    dataset: 'digits',
    base: 'lenet',
    strategy: { type: 'fine-tuning' },
    epochs: 200,
    batchSize: 64,
  }
  const run = await desktop.call<{ runId: string }>('runs.start', { spec })
  if (!run.ok || run.value === undefined) throw new Error(run.error?.message)
  return run.value.runId
}

async function watch({ page, pid }: DesktopApp): Promise<Figure[]> {
  const ids = Array.from({ length: 20 }, (_unused, i) => `r${i}`).join(',')
  await page.evaluate(`location.hash = '/compare?ids=${ids}'`)
  await page.getByRole('switch', { name: /Training curves/ }).check()
  const chart = page.getByRole('img', { name: /20 curves/ }).first()
  await chart.waitFor()
  await page.waitForTimeout(3000)
  const box = await chart.boundingBox()
  if (box === null) throw new Error('Expected a drawn chart with 20 curves.')
  await watchFrames(page)
  const until = Date.now() + WATCH_MS
  for (let i = 0; Date.now() < until; i++) {
    await page.mouse.move(box.x + 60 + ((i % 60) / 60) * (box.width - 80), box.y + box.height / 2)
    await page.waitForTimeout(16)
  }
  return [...frameFigures(await watchedFrames(page)), memoryFigure(pid)]
}

function frameFigures(times: readonly number[]): Figure[] {
  const at = (share: number): number => quantile(times, share)
  const what = 'while a run trains and 20 curves of 10,000 points are read'
  return [
    figure(`median frame ${what}`, middle(times), 'ms'),
    figure('95 % of frames', at(0.95), 'ms'),
    figure(
      'longest frame',
      at(1),
      'ms',
      '<= 100 ms',
      `${times.length} frames, ${times.filter((time) => time > 100).length} over 100 ms`,
    ),
  ]
}

function memoryFigure(pid: number): Figure {
  const { megabytes, processes } = treeMemory(pid)
  return figure(
    'memory of the whole tree meanwhile, trainer included',
    megabytes,
    'MB',
    null,
    `PSS, ${processes} processes`,
  )
}
