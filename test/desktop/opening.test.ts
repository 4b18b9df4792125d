import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { WorkspaceState } from '../../src-main/contract/workspace.ts'
import { screenshot } from '../support/browser.ts'
import { type DesktopApp, environment, give, launchDesktop, processTree, trainersOf } from '../support/desktop-app.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { display } from './display.ts'
import {
  answerBoxes,
  boxesOf,
  ended,
  exitOf,
  getRun,
  isUnderWay,
  lenet,
  must,
  openDigits,
  startRun,
  waitForRun,
} from './drive.ts'
import { startTestApp } from './support.ts'

const stage = inject('stage')
const pathOf = async (desktop: DesktopApp) => (await must<WorkspaceState>(desktop, 'workspace.state')).path
const patient = { timeout: 20_000 }

/** Starts the app once more on the same home, as a click on its icon does; resolves with its exit code. */
async function startAgain(desktop: DesktopApp, args: readonly string[], cwd = desktop.home): Promise<number | null> {
  const child = spawn(stage.program, [...args], {
    cwd,
    env: environment(desktop.home, display),
    stdio: 'ignore',
  })
  return new Promise((resolve) => child.once('exit', resolve))
}

describe('a workspace that the app is started with', () => {
  test.each([
    ['graft --workspace DIR', (folder: string) => ['--workspace', folder]],
    ['graft DIR', (folder: string) => [folder]],
  ])('is open: %s', async (_form, args) => {
    const folder = join(writableFolder(stage, 'given'), 'birds')
    const desktop = await startTestApp({ args: args(folder) })
    await desktop.page.getByText('No data in this workspace yet').waitFor()
    expect(await pathOf(desktop)).toBe(folder)
    expect(await desktop.page.title()).toBe('birds – Graft')
  })

  test('and is none, is said in the window, with what can be done', async () => {
    const folder = writableFolder(stage, 'photos')
    writeFileSync(join(folder, 'a.txt'), 'x')
    const desktop = await startTestApp({ args: [folder] })
    const alert = desktop.page.getByRole('alert')
    await alert.getByText('Expected a workspace').waitFor()
    await desktop.page.getByRole('button', { name: /Make a new workspace and import/ }).waitFor()
    await screenshot(desktop.page, 'desktop-refused-workspace')
    expect(await pathOf(desktop)).toBeNull()
    // Said once: what was asked for is no part of the address any more.
    expect(desktop.page.url()).toMatch(/#\/$/)
  })

  test('and cannot be made, is said in the window', async () => {
    const desktop = await startTestApp({ args: ['/proc/nowhere/at all'] })
    await desktop.page.getByRole('alert').getByText('/proc/nowhere/at all').waitFor()
  })
})

describe('the app started once more', () => {
  test('comes to the front, and opens the workspace that it was given', async () => {
    const folder = join(writableFolder(stage, 'second'), 'second one')
    const desktop = await startTestApp()
    await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    expect(await startAgain(desktop, [])).toBe(0)
    const isMinimized = () =>
      desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())
    await expect.poll(isMinimized, patient).toBe(false)
    mkdirSync(folder)
    give(stage, folder)
    // As typed in a terminal: relative to where that one stands.
    expect(await startAgain(desktop, ['second one'], join(folder, '..'))).toBe(0)
    await desktop.page.getByText('No data in this workspace yet').waitFor()
    expect(await pathOf(desktop)).toBe(folder)
    expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    writeFileSync(join(folder, '../file'), '')
    expect(await startAgain(desktop, [join(folder, '../file')])).toBe(0)
    await desktop.page.getByRole('alert').getByText('Expected a folder. Received a file').waitFor()
    expect(await pathOf(desktop)).toBe(folder)
  })

  test('asks before it leaves a training', async () => {
    const desktop = await startTestApp()
    const digits = await openDigits(desktop)
    const runId = await startRun(desktop, lenet({ epochs: 40, labelLimit: 640, name: 'long' }))
    await waitForRun(desktop, runId, isUnderWay)
    const folder = join(writableFolder(stage, 'second'), 'other')
    await answerBoxes(desktop, 1)
    await startAgain(desktop, [folder])
    await expect
      .poll(() => boxesOf(desktop), patient)
      .toMatchObject([{ message: '“long” is training.', buttons: ['Pause and open “other”', 'Keep training'] }])
    expect(await pathOf(desktop)).toBe(digits)
    expect((await getRun(desktop, runId)).status).toBe('running')
    await answerBoxes(desktop, 0)
    await startAgain(desktop, [folder])
    await expect.poll(() => pathOf(desktop), patient).toBe(folder)
    await startAgain(desktop, [digits])
    await expect.poll(() => pathOf(desktop), patient).toBe(digits)
    expect(await getRun(desktop, runId)).toMatchObject({ status: 'paused' })
  })

  test('while it ends, it starts anew once it has ended', async () => {
    const desktop = await startTestApp()
    await openDigits(desktop)
    const runId = await startRun(desktop, lenet({ epochs: 40, labelLimit: 640 }))
    await waitForRun(desktop, runId, isUnderWay)
    // A trainer that does not come to its next step holds the end up.
    const [trainer] = trainersOf(desktop)
    process.kill(trainer as number, 'SIGSTOP')
    process.kill(desktop.pid, 'SIGTERM')
    const folder = join(writableFolder(stage, 'anew'), 'anew')
    expect(await startAgain(desktop, [folder])).toBe(0)
    process.kill(trainer as number, 'SIGKILL')
    await ended(desktop)
    const lock = join(folder, 'workspace.lock')
    await expect.poll(() => existsSync(lock), patient).toBe(true)
    const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }
    expect(processTree(pid).length).toBeGreaterThan(1)
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => processTree(pid), patient).toEqual([])
  })
})

describe('a folder of the user that cannot be written to', () => {
  const lock = (path: string): void => {
    mkdirSync(path, { recursive: true })
    give(stage, path, 0o500)
  }
  const inSession = 'In this session instead: '

  test.each([
    ['Graft’s own', (home: string) => lock(join(home, '.local/share/graft')), 1],
    ['the whole home', (home: string) => lock(home), 2],
  ])('(%s) is told of, and the app works all the same', async (_which, spoil, replaced) => {
    const home = writableFolder(stage, 'locked')
    if (stage.uid === null) throw new Error('This test runs as root: only root can lock a folder for its owner.')
    spoil(home)
    const desktop = await startTestApp({
      home,
      env: { TEST_BOX_ANSWER: '0', TMPDIR: writableFolder(stage, 'temporary') },
    })
    await expect.poll(() => boxesOf(desktop), patient).toHaveLength(1)
    const [box] = await boxesOf(desktop)
    expect(box).toMatchObject({ message: 'Graft cannot write to its own folder.', buttons: ['Go on', 'Quit'] })
    expect(box?.detail.split(inSession)).toHaveLength(replaced + 1)
    expect(box?.detail).toContain('EACCES: permission denied')
    expect(await openDigits(desktop)).toMatch(/graft-user-\w+\/samples\/digits$/)
    expect((await must<WorkspaceState>(desktop, 'workspace.state')).recents).toHaveLength(1)
    await must(desktop, 'system.setSetting', { key: 'a', value: 1 })
    expect(desktop.said.filter((line) => /console|page error/.test(line))).toEqual([])
    await screenshot(desktop.page, `desktop-locked-${replaced}`)
  })

  test('is told of, and the user quits', async () => {
    const home = writableFolder(stage, 'locked')
    lock(join(home, '.local/share/graft'))
    const desktop = await launchDesktop(stage, display, {
      home,
      env: { TEST_BOX_ANSWER: '1', TMPDIR: writableFolder(stage, 'temporary') },
    })
    onTestFinished(() => desktop.close().catch(() => undefined))
    // Its log lies elsewhere.
    expect([0, 'SIGSEGV']).toContain(await exitOf(desktop))
  })
})
