import { expect, test } from 'vitest'
import { type DesktopApp, isAlive, trainersOf } from '../support/desktop-app.ts'
import { openDisplay } from '../support/xvfb.ts'
import {
  answerBoxes,
  boxesOf,
  closeWindow,
  ended,
  exitOf,
  getRun,
  isFinished,
  isUnderWay,
  lenet,
  logOf,
  must,
  openDigits,
  resultOf,
  startRun,
  waitForRun,
} from './drive.ts'
import { startTestApp } from './support.ts'

/** Every way in which an app is closed while it trains. One run goes through all of them, and ends as the run that nothing has
 *  interrupted. */

const SPEC = lenet({ epochs: 12, labelLimit: 640 })
/** Six ends and six starts. */
const LONG = { timeout: 300_000 }

/** Ends the app with `close`, checks that nothing of it is left, and goes on with the run in the next one. */
async function closeAndGoOn(desktop: DesktopApp, runId: string, close: () => Promise<unknown>): Promise<DesktopApp> {
  const trainers = trainersOf(desktop)
  expect(trainers).toHaveLength(1)
  const before = await getRun(desktop, runId)
  await close().catch(() => undefined)
  await ended(desktop)
  expect(trainers.filter(isAlive)).toEqual([])
  const next = await startTestApp({ home: desktop.home })
  await openDigits(next)
  const run = await getRun(next, runId)
  expect(run).toMatchObject({ status: 'paused', reason: 'Graft was closed.' })
  expect(run.progress).toBeGreaterThanOrEqual(before.progress)
  await must(next, 'runs.resume', { runId })
  await waitForRun(next, runId, ({ status, progress }) => status === 'running' && progress > run.progress)
  return next
}

test(
  'closed while it trains, it asks, saves, and goes on after the next start as if nothing had been',
  LONG,
  async () => {
    let desktop = await startTestApp()
    const workspace = await openDigits(desktop)
    const whole = await startRun(desktop, SPEC)
    await waitForRun(desktop, whole, isFinished)
    const wanted = await resultOf(desktop, workspace, whole)

    const runId = await startRun(desktop, { ...SPEC, name: 'digits, interrupted' })
    await startRun(desktop, { ...SPEC, name: 'waits', epochs: 1 })
    await waitForRun(desktop, runId, isUnderWay)
    await answerBoxes(desktop, 1)
    await closeWindow(desktop)
    await expect.poll(() => boxesOf(desktop), { timeout: 20_000 }).toHaveLength(1)
    const [box] = await boxesOf(desktop)
    expect(box).toMatchObject({
      message: '“digits, interrupted” is training.',
      detail: expect.stringMatching(
        /^\d+ of 12 epochs are done\. .* nothing is lost\.\s+One more run waits in the queue/s,
      ),
      buttons: ['Pause and quit', 'Keep training'],
      defaultId: 0,
      cancelId: 1,
      onWindow: true,
    })
    const kept = await getRun(desktop, runId)
    await waitForRun(desktop, runId, ({ status, progress }) => status === 'running' && progress > kept.progress)

    await answerBoxes(desktop, 0)
    desktop = await closeAndGoOn(desktop, runId, () => closeWindow(desktop))

    await answerBoxes(desktop, 0)
    desktop = await closeAndGoOn(desktop, runId, () => quitByMenu(desktop))

    // A log-out: every process of the app is told at once, and nobody is asked.
    await answerBoxes(desktop, 1)
    desktop = await closeAndGoOn(desktop, runId, async () => process.kill(-desktop.pid, 'SIGTERM'))

    // The same while the question is open.
    await answerBoxes(desktop, null)
    desktop = await closeAndGoOn(desktop, runId, async () => {
      await quitByMenu(desktop)
      await expect.poll(() => boxesOf(desktop), { timeout: 20_000 }).toHaveLength(1)
      process.kill(desktop.pid, 'SIGHUP')
    })

    // As Windows says it, and as Linux and macOS do.
    await answerBoxes(desktop, 1)
    desktop = await closeAndGoOn(desktop, runId, async () => expect(await endSession(desktop)).toBe(true))
    await answerBoxes(desktop, 1)
    desktop = await closeAndGoOn(desktop, runId, async () => expect(await shutDown(desktop)).toBe(true))

    await waitForRun(desktop, runId, isFinished)
    expect(await resultOf(desktop, workspace, runId)).toEqual(wanted)
    expect(logOf(desktop)).toMatch(/Graft ends\. \{"why":"The system has sent SIGTERM\."\}/)
  },
)

test('closed while nothing runs, it asks nothing and is gone at once', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  const start = performance.now()
  await closeWindow(desktop).catch(() => undefined)
  await ended(desktop)
  expect(performance.now() - start).toBeLessThan(3000)
})

test('closed while it imports, it says what is dropped', async () => {
  const desktop = await startTestApp()
  await answerBoxes(desktop, 1)
  const opening = openDigits(desktop)
  await expect
    .poll(async () => (await must<object[]>(desktop, 'jobs.list')).length, { interval: 20, timeout: 20_000 })
    .toBe(1)
  await closeWindow(desktop)
  await opening
  expect(await boxesOf(desktop)).toMatchObject([
    { detail: 'Not done yet, and dropped: Import digits.', buttons: ['Quit', 'Go on working'] },
  ])
})

test('without its screen it ends, and so does its trainer', async () => {
  const own = await openDisplay()
  const desktop = await startTestApp({ env: { DISPLAY: own.name } })
  await openDigits(desktop)
  const runId = await startRun(desktop, SPEC)
  await waitForRun(desktop, runId, isUnderWay)
  const [trainer] = trainersOf(desktop)
  own.stop()
  await exitOf(desktop)
  await expect.poll(() => isAlive(trainer as number), { timeout: 20_000 }).toBe(false)
  const next = await startTestApp({ home: desktop.home })
  await openDigits(next)
  const run = await getRun(next, runId)
  expect(['paused', 'interrupted']).toContain(run.status)
  await must(next, 'runs.resume', { runId })
  await waitForRun(next, runId, ({ status, progress }) => status === 'running' && progress > run.progress)
})

async function quitByMenu(desktop: DesktopApp): Promise<void> {
  await desktop.app.evaluate(({ Menu, BrowserWindow }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
    const quit = items.find(({ role }) => role === 'quit')
    if (quit === undefined) throw new Error('The menu has no entry to quit.')
    quit.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
  })
}

/** Windows' question before a log-out; answers whether the app has asked for time. */
function endSession(desktop: DesktopApp): Promise<boolean> {
  return desktop.app.evaluate(({ BrowserWindow }) => {
    let isHeld = false
    BrowserWindow.getAllWindows()[0]?.emit('query-session-end', { preventDefault: () => (isHeld = true) })
    return isHeld
  })
}

function shutDown(desktop: DesktopApp): Promise<boolean> {
  return desktop.app.evaluate(({ powerMonitor }) => {
    let isHeld = false
    powerMonitor.emit('shutdown', { preventDefault: () => (isHeld = true) })
    return isHeld
  })
}
