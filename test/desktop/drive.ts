import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MessageBoxOptions } from 'electron'
import type { Locator } from 'playwright-core'
import type { Run, RunDetail, Series } from '../../src-main/contract/runs.ts'
import type { ExperimentSpecInput } from '../../src-main/contract/spec.ts'
import type { ExportRecord } from '../../src-main/contract/models.ts'
import type { Job, WorkspaceState } from '../../src-main/contract/workspace.ts'
import { ARTIFACTS } from '../support/browser.ts'
import { chooseSource, type DesktopApp, type LaunchedApp } from '../support/desktop-app.ts'

/** A call that must go well. */
export async function must<T>(desktop: DesktopApp, name: string, input: unknown = {}): Promise<T> {
  const reply = await desktop.call<T>(name, input)
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`)
  return reply.value as T
}

/** The sample's own workspace, opened; answers its folder. */
export async function openDigits(desktop: DesktopApp): Promise<string> {
  return (await must<WorkspaceState>(desktop, 'workspace.openSample', { id: 'digits' })).path as string
}

/** LeNet on the sample, every weight trained: about a second an epoch. */
export function lenet(more: Partial<ExperimentSpecInput> = {}): ExperimentSpecInput {
  const base = { architecture: 'lenet', inputSize: 28, channels: 1 as const }
  return { dataset: 'digits', base, strategy: { type: 'fine-tuning' }, epochs: 2, batchSize: 64, seed: 7, ...more }
}

export async function startRun(desktop: DesktopApp, spec: ExperimentSpecInput): Promise<string> {
  return (await must<{ runId: string }>(desktop, 'runs.start', { spec })).runId
}

export function getRun(desktop: DesktopApp, runId: string): Promise<RunDetail> {
  return must<RunDetail>(desktop, 'runs.get', { runId })
}

/** Waits until the run looks as wanted; fails at once when it ends in another way. */
export async function waitForRun(
  desktop: DesktopApp,
  runId: string,
  isWanted: (run: Run) => boolean,
  milliseconds = 60_000,
): Promise<RunDetail> {
  const end = Date.now() + milliseconds
  for (;;) {
    const run = await getRun(desktop, runId)
    if (isWanted(run)) return run
    if (!['queued', 'running'].includes(run.status) || Date.now() > end) {
      throw new Error(`The run is ${run.status} (${run.epochsDone} epochs): ${run.reason}`)
    }
    // What is to be met in the middle is soon over; each look takes time from the training.
    await new Promise((resolve) => setTimeout(resolve, isWanted === isFinished ? 250 : 50))
  }
}

export const isFinished = (run: Run): boolean => run.status === 'finished'
/** In the middle: one epoch done, and a part of the next. */
export const isUnderWay = (run: Run): boolean => run.status === 'running' && run.progress * run.epochs > 1.2

/** All that a training leaves but the time it took: every point of every curve, and the weights. */
export async function resultOf(desktop: DesktopApp, workspace: string, runId: string) {
  const { series: metrics } = await getRun(desktop, runId)
  const series = await must<Series[]>(desktop, 'runs.series', { runIds: [runId], metrics, maxPoints: 100_000 })
  const curves = series.map(({ metric, step, epoch, value }) => ({ metric, step, epoch, value }))
  const weights = readFileSync(join(workspace, 'runs', runId, 'model', 'weights.safetensors'))
  return { curves, weights: createHash('sha256').update(weights).digest('hex') }
}

/** Answers the system's message boxes from now on: with a button, or (null) not at all until the app takes the box away. */
export async function answerBoxes(desktop: DesktopApp, response: number | null): Promise<void> {
  await desktop.app.evaluate(({ dialog }, answer) => {
    const boxes: unknown[] = []
    Object.assign(globalThis, { boxes })
    const show = async (...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> => {
      const { signal, ...options } = args.at(-1) as MessageBoxOptions
      boxes.push({ ...options, onWindow: args.length > 1 })
      if (answer !== null) return { response: answer, checkboxChecked: false }
      return new Promise((resolve) => {
        const taken = { response: options.cancelId ?? 0, checkboxChecked: false }
        signal?.addEventListener('abort', () => resolve(taken))
      })
    }
    dialog.showMessageBox = show as typeof dialog.showMessageBox
  }, response)
}

export interface Box {
  readonly message: string
  readonly detail: string
  readonly buttons: string[]
  readonly defaultId: number
  readonly cancelId: number
  readonly onWindow: boolean
}

/** The message boxes that the app has shown since `answerBoxes`. */
export function boxesOf(desktop: DesktopApp): Promise<Box[]> {
  return desktop.app.evaluate(() => (globalThis as unknown as { boxes: Box[] }).boxes)
}

/** Resolves once the app has ended by itself, with everything saved. */
export async function ended(desktop: DesktopApp, milliseconds = 30_000): Promise<void> {
  const end = await exitOf(desktop, milliseconds)
  const log = logOf(desktop)
  // What a page asked for that was still loading may be told after it.
  if (!log.slice(log.lastIndexOf('Graft ends.')).includes('info Everything is saved.\n')) {
    throw new Error(`The app ended early (${end}): ${log.slice(-500)}`)
  }
  // Electron 22 faults on its way out now and then while Playwright's debugger is attached (without one: 20 clean ends of 20).
  if (end !== 0 && end !== 'SIGSEGV') throw new Error(`The app ended with ${end}.`)
}

/** The exit code, or the signal that ended it. */
export async function exitOf(desktop: LaunchedApp, milliseconds = 30_000): Promise<number | string | null> {
  const child = desktop.app.process()
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The app still runs after ${milliseconds} ms.`)), milliseconds)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      resolve(code ?? signal)
    })
  })
}

/** The app's own log. */
export function logOf(desktop: DesktopApp): string {
  return readFileSync(join(desktop.userFolder, 'logs', 'graft.log'), 'utf8')
}

/** As by a click on its cross. The app may be gone before it has answered. */
export async function closeWindow(desktop: DesktopApp): Promise<void> {
  const asked = desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await asked.catch(() => undefined)
}

/** The window as it is drawn, whatever its zoom and density: Playwright's own pictures are of another size then. */
export async function picture(desktop: DesktopApp, name: string): Promise<{ width: number; height: number }> {
  const taken = await desktop.app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage()
    return image?.toPNG().toString('base64') ?? ''
  })
  mkdirSync(ARTIFACTS, { recursive: true })
  const bytes = Buffer.from(taken, 'base64')
  writeFileSync(join(ARTIFACTS, `${name}.png`), bytes)
  // As its header says.
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** Waits until a job has ended well; answers its result. */
export async function jobResult<T>(desktop: DesktopApp, jobId: string): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const { status, error, result } = await must<Job>(desktop, 'jobs.get', { jobId })
    if (status === 'done') return result as T
    if (status !== 'queued' && status !== 'running') throw new Error(`The job is ${status}: ${JSON.stringify(error)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The job still runs.')
}

/** Imports a folder that is chosen in the system's dialog; answers the dataset's id. */
export async function importFrom(desktop: DesktopApp, folder: string, name: string): Promise<string> {
  const source = await chooseSource(desktop, folder)
  const options = { name, storage: 'copy' }
  const { jobId } = await must<{ jobId: string }>(desktop, 'datasets.import', { source, options })
  return (await jobResult<{ datasetId: string }>(desktop, jobId)).datasetId
}

/** Exports a run's model with its proof. */
export async function exportRun(desktop: DesktopApp, runId: string, format: string): Promise<ExportRecord> {
  const { jobId } = await must<{ jobId: string }>(desktop, 'models.export', { runId, format })
  const { exportId } = await jobResult<{ exportId: string }>(desktop, jobId)
  const records = await must<ExportRecord[]>(desktop, 'models.exports', { runId })
  const found = records.find(({ id }) => id === exportId)
  if (found === undefined) throw new Error('The export is not listed.')
  return found
}

/** Drops files and folders of the disk on an element, as the system's file manager does. */
export async function dropFiles(desktop: DesktopApp, onto: Locator, paths: readonly string[]): Promise<void> {
  const box = await onto.boundingBox()
  if (box === null) throw new Error('There is nothing to drop on.')
  const session = await desktop.page.context().newCDPSession(desktop.page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data })
  }
  await session.detach()
}
