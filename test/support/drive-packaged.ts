import { spawn } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { chromium, type Page } from 'playwright-core'
import { trainDigits } from './train-digits.ts'

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
  const seen = await walk(page)
  process.stdout.write(`${JSON.stringify({ ...seen, networks: Object.keys(networkInterfaces()) })}\n`)
} catch (error) {
  process.stderr.write(`${String(error)}\n${said.slice(-4000)}\n`)
  process.exitCode = 1
} finally {
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  process.exit()
}

async function walk(page: Page): Promise<object> {
  page.setDefaultTimeout(60_000)
  const shot = (name: string) => page.screenshot({ path: `${pictures}/packaged-${name}.png` })
  await trainDigits(page, 'digits, packaged', shot)
  const call = (name: string, input: object) =>
    page.evaluate(
      ([n, i]) =>
        (globalThis as unknown as { workbench: { call(n: unknown, i: unknown): Promise<unknown> } }).workbench.call(
          n,
          i,
        ),
      [name, input] as const,
    ) as Promise<{ ok: boolean; value: Record<string, never> }>
  const runs = (await call('runs.list', {})) as unknown as { value: { runs: { id: string; status: string }[] } }
  const runId = runs.value.runs[0]?.id
  const started = await call('models.export', { runId, format: 'keras' })
  const job = await waitForJob(call, String(started.value['jobId']))
  const exported = await call('models.exports', { runId })
  const info = await call('system.info', {})
  return {
    agent: await page.evaluate(() => navigator.userAgent),
    runs: runs.value.runs.map(({ status }) => status),
    job,
    exported: exported.value,
    info: info.value,
  }
}

async function waitForJob(
  call: (name: string, input: object) => Promise<{ value: Record<string, never> }>,
  id: string,
): Promise<string> {
  for (let i = 0; i < 240; i++) {
    const { value } = await call('jobs.get', { jobId: id })
    const { status, error } = value as unknown as { status: string; error: { message: string } | null }
    if (status !== 'running' && status !== 'queued') return error === null ? status : `${status}: ${error.message}`
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return 'still running'
}
