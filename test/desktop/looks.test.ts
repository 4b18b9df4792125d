import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import type { KeptBounds } from '../../src-main/hosts/electron/window-bounds.ts'
import { openScreen, PICTURES_WANTED } from '../support/browser.ts'
import { type DesktopApp, give } from '../support/desktop-app.ts'
import { closeWindow, ended, getRun, isUnderWay, lenet, openDigits, picture, startRun, waitForRun } from './drive.ts'
import { startTestApp } from './support.ts'

const patient = { timeout: 20_000 }

/** An entry of the application's menu, clicked. */
function menu(desktop: DesktopApp, role: string): Promise<void> {
  return desktop.app.evaluate(({ Menu, BrowserWindow }, wanted) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
    const item = items.find((one) => one.role?.toLowerCase() === wanted.toLowerCase())
    if (item === undefined) throw new Error(`The menu has no ${wanted}.`)
    const [window] = BrowserWindow.getAllWindows()
    item.click(undefined, window, window?.webContents)
  }, role)
}

const zoomOf = (desktop: DesktopApp): Promise<number> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 0)

/** What is cut off: larger than the window, without a way to scroll there. As text: these tests know no page. */
function overflow(desktop: DesktopApp): Promise<string[]> {
  return desktop.page.evaluate(`(() => {
    const page = document.documentElement
    if (getComputedStyle(document.body).overflow === 'auto') return []
    return ['Width', 'Height'].flatMap((side) => {
      const [whole, seen] = [page['scroll' + side], page['client' + side]]
      return whole > seen ? [side + ': ' + whole + ' of which ' + seen + ' are seen'] : []
    })
  })()`)
}

const SCREENS = ['Data', 'Bench', 'Runs', 'Compare', 'Models'] as const

async function walk(desktop: DesktopApp, name: string): Promise<void> {
  for (const screen of SCREENS) {
    await openScreen(desktop.page, screen)
    await desktop.page.waitForTimeout(500)
    if (PICTURES_WANTED) await picture(desktop, `desktop-${name}-${screen.toLowerCase()}`)
    expect.soft(await overflow(desktop), `${screen} at ${name}`).toEqual([])
  }
}

test('zoomed by the menu, every screen keeps its place', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  const zoomTo = async (role: string, isThere: (zoom: number) => boolean): Promise<void> => {
    for (let i = 0; i < 12 && !isThere(await zoomOf(desktop)); i++) await menu(desktop, role)
    expect(isThere(await zoomOf(desktop))).toBe(true)
  }
  await zoomTo('zoomOut', (zoom) => zoom < 0.56)
  await walk(desktop, 'zoom-50')
  await menu(desktop, 'resetZoom')
  expect(await zoomOf(desktop)).toBe(1)
  await zoomTo('zoomIn', (zoom) => zoom > 1.95)
  await walk(desktop, 'zoom-200')
  await desktop.page.getByRole('link', { name: 'Bench' }).click()
  const train = desktop.page.getByRole('button', { name: 'Train', exact: true }).first()
  await train.scrollIntoViewIfNeeded()
  const right = (await train.boundingBox())?.x ?? Infinity
  expect(right).toBeLessThan(await desktop.page.evaluate<number>('innerWidth'))
})

test('on a screen of high density it is drawn in its pixels', async () => {
  const desktop = await startTestApp({ args: ['--force-device-scale-factor=2'] })
  await openDigits(desktop)
  expect(await desktop.page.evaluate('devicePixelRatio')).toBe(2)
  await walk(desktop, 'density-2')
  const { width } = await picture(desktop, 'desktop-density-2')
  expect(width).toBe(2 * (await desktop.page.evaluate<number>('innerWidth')))
})

/** What turns or glides without end is drawn sixty times a second, without a graphics card on the cores that train. */
test('nothing moves by itself while a run trains', async () => {
  const desktop = await startTestApp()
  await openDigits(desktop)
  const runId = await startRun(desktop, lenet({ epochs: 500 }))
  await waitForRun(desktop, runId, isUnderWay)
  for (const screen of ['/data', '/bench', `/runs/${runId}`, '/compare', '/models', '/']) {
    await desktop.page.evaluate(`location.hash = '${screen}'`)
    await desktop.page.waitForTimeout(1500)
    const moving = await desktop.page.evaluate(`document.getAnimations()
      .filter((one) => one.effect.getComputedTiming().iterations === Infinity)
      .map((one) => one.animationName + ' of ' + one.effect.target.outerHTML.slice(0, 80))`)
    expect.soft(moving, screen).toEqual([])
  }
  expect((await getRun(desktop, runId)).status).toBe('running')
})

/** Where the window is, and on which screen. (To maximize one takes a window manager: test/electron/window.test.ts.) */
const stand = (desktop: DesktopApp) =>
  desktop.app.evaluate(({ BrowserWindow, screen }) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) throw new Error('There is no window.')
    const bounds = window.getBounds()
    return { bounds, area: screen.getDisplayMatching(bounds).workArea }
  })

/** Waits until the window stands there for good: Electron answers at once, and the display's word of an earlier place may come after it. */
async function stands(desktop: DesktopApp, place: object): Promise<void> {
  const looks = async (): Promise<object[]> => {
    const before = (await stand(desktop)).bounds
    await new Promise((resolve) => setTimeout(resolve, 400))
    return [before, (await stand(desktop)).bounds]
  }
  await expect.poll(looks, patient).toEqual([place, place])
}

test('the window comes back where it was, in the size that it had', async () => {
  const first = await startTestApp()
  const place = { x: 210, y: 130, width: 1111, height: 777 }
  await first.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), place)
  await stands(first, place)
  await closeWindow(first)
  await ended(first)

  const second = await startTestApp({ home: first.home })
  await stands(second, place)
  // A log-out keeps it, too.
  const moved = { ...place, x: 300, width: 1000 }
  await second.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), moved)
  await stands(second, moved)
  process.kill(second.pid, 'SIGTERM')
  await ended(second)
  expect(keptBounds(second)).toEqual({ ...moved, maximized: false })
})

test('a window that was on a screen which is gone comes back on one that is there', async () => {
  const first = await startTestApp()
  await closeWindow(first)
  await ended(first)
  const file = boundsFile(first)
  writeFileSync(file, JSON.stringify({ x: 5000, y: -900, width: 1200, height: 800, maximized: false }))
  give(inject('stage'), file)
  const second = await startTestApp({ home: first.home })
  const { bounds, area } = await stand(second)
  expect([bounds.width, bounds.height]).toEqual([1200, 800])
  expect(bounds.x).toBeGreaterThanOrEqual(area.x)
  expect(bounds.y).toBeGreaterThanOrEqual(area.y)
  expect(bounds.x + bounds.width).toBeLessThanOrEqual(area.x + area.width)
  await second.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
})

const boundsFile = (desktop: DesktopApp): string => join(desktop.userFolder, 'window.json')
const keptBounds = (desktop: DesktopApp) => JSON.parse(readFileSync(boundsFile(desktop), 'utf8')) as KeptBounds
