import { spawn } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { chromium } from 'playwright-core'
import { walkWorkbench } from './walk-workbench.ts'

/**
 * Walks through a packaged app as its user would: `node drive-packaged.ts PROGRAM HOME PICTURES [ARGUMENT...]`. Its fuses refuse a
 * debugger of its main process, so it is driven through its window alone. Runs as a program of its own, because it is started
 * in a network namespace that has nothing but a loopback. Prints one JSON line.
 */
const [program, home, pictures, ...args] = process.argv.slice(2) as [string, string, string, ...string[]]
const child = spawn(program, ['--remote-debugging-port=0', ...args], {
  cwd: home,
  env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: home, DISPLAY: process.env['DISPLAY'] },
  stdio: ['ignore', 'pipe', 'pipe'],
})
let said = ''
const address = await new Promise<string>((resolve, reject) => {
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /DevTools listening on (ws:\S+)/.exec(said)
      if (found) resolve(found[1] as string)
    })
  }
  child.once('exit', (code) => reject(new Error(`the app ended with code ${code}: ${said}`)))
})
const browser = await chromium.connectOverCDP(address, { noDefaults: true })
try {
  const page = browser.contexts()[0]?.pages()[0] ?? (await browser.contexts()[0]?.waitForEvent('page'))
  if (page === undefined) throw new Error('the app has no window')
  const seen = await walkWorkbench(page, {
    shots: `${pictures}/packaged`,
    name: 'digits, packaged',
    timeoutMs: 120_000,
  })
  process.stdout.write(`${JSON.stringify({ ...seen, networks: Object.keys(networkInterfaces()) })}\n`)
} catch (error) {
  process.stderr.write(`${String(error)}\n${said.slice(-4000)}\n`)
  process.exitCode = 1
} finally {
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  process.exit()
}
