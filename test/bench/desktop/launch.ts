import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { environment } from '../../support/desktop-app.ts'
import { packageApp } from '../../support/package-app.ts'
import { type StagedApp, startedBy, writableFolder } from '../../support/stage-electron.ts'
import { type Figure, figure, middle } from './figures.ts'
import { treeMemory } from './memory.ts'

const LAUNCHES = 10
const IDLE_MS = 10_000

/** From the start of the process to a start screen whose first button can be clicked, from the checkout and packaged; and the
 *  memory of all its processes after ten seconds of nothing. */
export async function benchLaunch(stage: StagedApp, display: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-packaged-'))
  chmodSync(folder, 0o755)
  try {
    const packaged = startedBy(stage.uid, join(await packageApp(stage.electron, folder), 'graft'), folder)
    return [
      ...(await measure('from the checkout', stage.program, stage, display)),
      ...(await measure('packaged', packaged, stage, display)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(name: string, program: string, stage: StagedApp, display: string): Promise<Figure[]> {
  const home = writableFolder(stage, 'bench-home')
  const times: number[] = []
  let memory = { megabytes: 0, processes: 0 }
  // The first start fills the disk's cache and Chromium's, as the second start of a day finds them.
  for (let i = 0; i <= LAUNCHES; i++) {
    const { seconds, app } = await launch(program, home, display)
    if (i > 0) times.push(seconds)
    if (i === LAUNCHES) {
      await sleep(IDLE_MS)
      memory = treeMemory(app.pid as number)
    }
    app.kill('SIGTERM')
    await once(app, 'exit')
  }
  const range = `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)} s, ${LAUNCHES} launches`
  return [
    figure(`launch to a usable window, ${name}`, middle(times), 's', '< 3 s', range),
    figure(
      `idle memory of the whole tree, ${name}`,
      memory.megabytes,
      'MB',
      null,
      `PSS, ${memory.processes} processes`,
    ),
  ]
}

async function launch(program: string, home: string, display: string): Promise<{ seconds: number; app: ChildProcess }> {
  const from = performance.now()
  const app = spawn(program, ['--remote-debugging-port=0'], {
    cwd: home,
    env: environment(home, display),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    app.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /DevTools listening on (ws:\S+)/.exec(said)
      if (found) resolve(found[1] as string)
    })
    app.once('exit', (code) => reject(new Error(`the app ended with code ${code}: ${said}`)))
  })
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const context = browser.contexts()[0]
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
  await page?.getByRole('button', { name: /Handwritten digits/ }).waitFor()
  const seconds = (performance.now() - from) / 1000
  await browser.close()
  return { seconds, app }
}
