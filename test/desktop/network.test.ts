import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { environment, processTree } from '../support/desktop-app.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { readTrace, startTraced, type Traced, type TracedApp } from '../support/trace-network.ts'
import { display } from './display.ts'

/** Local sockets that a desktop program may use; each with who listens there. */
const LOCAL: readonly (readonly [string, RegExp])[] = [
  ['the screen', /"\/tmp\/\.X11-unix\/X\d+"/],
  ['the system’s cache of user names', /"\/(var\/)?run\/nscd\/socket"/],
  ['the system’s message bus', /"\/(var\/)?run\/dbus\/system_bus_socket"/],
  ['another Graft of this user', /\/SingletonSocket"/],
  ['a crash handler of its own', /sun_path=@?"?.*crashpad/],
]

/** A request of the contract, as the page makes it. */
async function call<T>(app: TracedApp, name: string, input: unknown = {}): Promise<T> {
  const text = `${JSON.stringify(name)}, ${JSON.stringify(input)}`
  const reply = await app.evaluate<{ ok: boolean; value: T; error?: object }>(`workbench.call(${text})`)
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`)
  return reply.value
}

/** Imports, trains, predicts and exports, as a user does; answers the processes that were seen meanwhile. */
async function work(app: TracedApp): Promise<Set<number>> {
  const seen = new Set<number>()
  const look = (): void => processTree(app.pid).forEach(({ pid }) => pid !== app.pid && seen.add(pid))
  const watch = setInterval(look, 100)
  try {
    await call(app, 'workspace.openSample', { id: 'digits' })
    const [dataset] = await call<{ id: string; name: string }[]>(app, 'datasets.list')
    const spec = {
      dataset: dataset?.name,
      base: { architecture: 'lenet' },
      strategy: { type: 'fine-tuning' },
      epochs: 1,
    }
    const { runId } = await call<{ runId: string }>(app, 'runs.start', { spec })
    const status = async (): Promise<string> => (await call<{ status: string }>(app, 'runs.get', { runId })).status
    await expect.poll(status, { timeout: 100_000, interval: 200 }).toBe('finished')
    await call(app, 'models.predict', { runId, datasetId: dataset?.id, itemIds: [1, 2] })
    const { jobId } = await call<{ jobId: string }>(app, 'models.export', { runId, format: 'tfjs' })
    const exported = async (): Promise<string> => (await call<{ status: string }>(app, 'jobs.get', { jobId })).status
    await expect.poll(exported, { timeout: 60_000, interval: 200 }).toBe('done')
    look()
    expectSandboxed(app)
    return seen
  } finally {
    clearInterval(watch)
  }
}

/** Watched or not, it is the same app: its renderers are in the system's sandbox, and nothing of it is root's. */
function expectSandboxed({ pid }: TracedApp): void {
  const parts = processTree(pid).filter(({ command }) => command.includes('/electron/electron'))
  const status = parts.map((part) => ({ ...part, text: readFileSync(`/proc/${part.pid}/status`, 'utf8') }))
  const renderers = status.filter(({ command }) => command.includes('--type=renderer'))
  expect(renderers.map(({ text }) => /^Seccomp:\s*(\d)/m.exec(text)?.[1])).toEqual(['2'])
  for (const { text } of status) expect(/^Uid:\s*(\d+)/m.exec(text)?.[1]).not.toBe('0')
}

/** What a page could try, with addresses of the documentation's network. */
const TRIES = `(async () => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: ['stun:192.0.2.1:3478', 'stun:stun.invalid'] }] })
  peer.createDataChannel('x')
  await peer.setLocalDescription(await peer.createOffer())
  await Promise.allSettled([fetch('http://192.0.2.1/'), fetch('https://stun.invalid/'), fetch('http://localhost:1/')])
  await new Promise((done) => setTimeout(done, 1000))
  peer.close()
})()`

const FAMILIES = ['AF_UNIX', 'AF_NETLINK', 'AF_INET', 'AF_INET6']

const lines = (trace: readonly Traced[], which: (one: Traced) => boolean): string[] =>
  trace.filter(which).map(({ line }) => line)

const isInternet = ({ family }: Traced): boolean => family === 'AF_INET' || family === 'AF_INET6'

test(
  'the whole process tree opens no connection while it starts, imports, trains, predicts, exports and ends',
  { timeout: 240_000 },
  async () => {
    const stage = inject('stage')
    const outside = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void outside.close())
    const { port } = outside.address() as AddressInfo
    const home = writableFolder(stage, 'home')
    const log = join(stage.folder, 'network.log')
    const env = environment(home, display)
    // Run after the app, in the same trace: what a connection would look like.
    const after = `"${process.execPath}" -e "require('net').connect(${port}, '127.0.0.1').on('close', () => 0)"`
    const app = await startTraced(stage.program, { env, cwd: home, log, after })
    onTestFinished(() => app.stop())
    const processes = await work(app)
    const attackAt = Date.now()
    await app.evaluate(TRIES)
    await app.evaluate('void setTimeout(() => window.close(), 50)')
    await app.ended

    const trace = readTrace(log)
    const control = trace.findLast(({ call: name }) => name === 'execve')?.pid
    const ofApp = trace.filter(({ pid }) => pid !== control)
    const ofWork = ofApp.filter(({ at }) => at < attackAt)
    const count = (name: string, family: string): number =>
      ofWork.filter((one) => one.call === name && one.family === family).length
    const table = FAMILIES.map((family) => {
      const [made, connected, bound] = ['socket', 'connect', 'bind'].map((name) => count(name, family))
      return `${family} ${made} made, ${connected} connected, ${bound} bound`
    })
    process.stdout.write(`network: ${processes.size} processes, ${trace.length} calls traced; ${table.join('; ')}\n`)

    // The trace covers every process of the app, and would have seen a connection.
    const traced = new Set(trace.map(({ pid }) => pid))
    expect([...processes].filter((pid) => !traced.has(pid))).toEqual([])
    const programs = ofApp
      .filter(({ call: name }) => name === 'execve')
      .map(({ line }) => /execve\("([^"]*)"/.exec(line)?.[1] ?? '')
    expect(programs.filter((path) => path.endsWith('/electron/electron')).length).toBeGreaterThan(0)
    // Import, training, prediction, export, the proof of it, and its program below another: a process each.
    expect(programs.filter((path) => path.endsWith('/.bin/node')).length).toBe(7)
    expect(processes.size).toBeGreaterThanOrEqual(8)
    expect(lines(trace, (one) => one.pid === control && isInternet(one) && one.call === 'connect')).toEqual([
      expect.stringContaining(`htons(${port})`),
    ])

    // No address of the internet, this computer's own included, is ever named. Sockets for it are made, of one kind and without a
    // word: to ask the kernel for the names of the network's devices.
    const isQuestion = ({ call: name, line }: Traced): boolean => name === 'socket' && line.includes('SOCK_DGRAM')
    expect(lines(ofWork, (one) => isInternet(one) && !isQuestion(one))).toEqual([])
    // Nor when the page tries: WebRTC asks the kernel which way two addresses would go, and sends them nothing.
    const isRoute = ({ call: name, line }: Traced): boolean =>
      (name === 'connect' && /<UDP.*htons\(53\).*"(8\.8\.8\.8|2001:4860:4860::8888)"/.test(line)) ||
      (name === 'bind' && /<UDP.*htons\(0\).*"(0\.0\.0\.0|::)"/.test(line))
    expect(lines(ofApp, (one) => isInternet(one) && !isQuestion(one) && !isRoute(one))).toEqual([])

    expect(lines(ofApp, ({ family }) => !FAMILIES.includes(family) && family !== '')).toEqual([])
    expect(lines(ofApp, ({ call: name }) => name === 'io_uring_enter')).toEqual([])
    // One socket listens, where a second start of Graft comes by.
    expect(lines(ofApp, ({ call: name }) => name === 'listen')).toHaveLength(1)
    const isLocal = ({ line }: Traced): boolean => LOCAL.some(([, path]) => path.test(line))
    const isNamed = ({ call: name }: Traced): boolean => name !== 'socket'
    expect(lines(ofApp, (one) => one.family === 'AF_UNIX' && isNamed(one) && !isLocal(one))).toEqual([])
  },
)
