import { expect, test } from 'vitest'
import { type DesktopApp, processTree, trainersOf } from '../support/desktop-app.ts'
import { answerBoxes, boxesOf, isUnderWay, lenet, logOf, openDigits, startRun, waitForRun } from './drive.ts'
import { startTestApp } from './support.ts'

const patient = { timeout: 30_000 }

const rendererOf = (desktop: DesktopApp): number | undefined =>
  processTree(desktop.pid).find(({ command }) => command.includes('--type=renderer'))?.pid

/** The page's own death, as Electron's window sees it: Playwright's page would not be told of the new one. */
function textOf(desktop: DesktopApp): Promise<string> {
  return desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
  )
}

/** Waits until the window is drawn by another process than `before`. */
async function drawnAnew(desktop: DesktopApp, before: number | undefined, text: RegExp): Promise<void> {
  await expect.poll(() => rendererOf(desktop) ?? before, patient).not.toBe(before)
  await expect.poll(() => textOf(desktop).catch(() => ''), patient).toMatch(text)
}

test('a page whose process dies is drawn again on the same screen, and the training does not notice', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  const runId = await startRun(desktop, lenet({ epochs: 60, labelLimit: 640, name: 'goes on' }))
  await waitForRun(desktop, runId, isUnderWay)
  await desktop.page.getByRole('link', { name: 'Runs' }).click()
  await desktop.page.getByRole('heading', { name: 'goes on', level: 1 }).waitFor()
  const [trainer] = trainersOf(desktop)
  const address = desktop.page.url()

  const first = rendererOf(desktop)
  process.kill(first as number, 'SIGKILL')
  await drawnAnew(desktop, first, /goes on/)
  expect(logOf(desktop)).toMatch(/The process of the page is gone\. \{"reason":"killed","exitCode":9\}/)

  const second = rendererOf(desktop)
  await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  await drawnAnew(desktop, second, /goes on/)
  const now = () => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())
  expect(await now()).toBe(address)
  expect(trainersOf(desktop)).toEqual([trainer])
})

test('a page that dies again and again is not drawn for ever', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  await answerBoxes(desktop, 0)
  for (let death = 1; death <= 4; death++) {
    const before = rendererOf(desktop)
    process.kill(before as number, 'SIGKILL')
    await drawnAnew(desktop, before, /Graft/)
    expect(await boxesOf(desktop)).toHaveLength(death === 4 ? 1 : 0)
  }
  expect(await boxesOf(desktop)).toMatchObject([
    {
      message: 'The window cannot be drawn.',
      detail: expect.stringContaining('4 times within a minute (killed, exit code 9)'),
      buttons: ['Try again', 'Quit'],
    },
  ])
})

test('a page that hangs is told of, and drawn anew when the user says so', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  await answerBoxes(desktop, 0)
  const before = rendererOf(desktop)
  await desktop.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    void contents?.executeJavaScript('for (;;);')
    // Chromium would say so by itself after a while, but not of a page that a debugger is attached to.
    contents?.emit('unresponsive')
  })
  await drawnAnew(desktop, before, /Graft/)
  expect(await boxesOf(desktop)).toMatchObject([
    { message: 'The window does not answer.', buttons: ['Draw it anew', 'Wait'] },
  ])
})

test('processes of Chromium that are gone are in the log', async () => {
  const desktop = await startTestApp()
  const gpu = processTree(desktop.pid).find(({ command }) => command.includes('--type=gpu-process'))
  process.kill(gpu?.pid as number, 'SIGKILL')
  await expect
    .poll(() => logOf(desktop), patient)
    .toMatch(/A process of Chromium is gone\. \{"type":"GPU","reason":"killed","exitCode":9/)
  await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
})
