import { expect, test, vi } from 'vitest'
import type { TrainerExit } from '../../src-main/base/ports.ts'
import type { ChildMessage } from '../../src-main/contract/trainer.ts'
import { utilityLauncher } from '../../src-main/hosts/electron/launcher.ts'
import type { UtilityProcessDouble } from './electron-double.ts'
import { theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const job = { kind: 'inspect', source: '/data' } as const

function launch() {
  const messages: ChildMessage[] = []
  const exits: TrainerExit[] = []
  const handlers = { onMessage: (m: ChildMessage) => messages.push(m), onExit: (e: TrainerExit) => exits.push(e) }
  const trainer = utilityLauncher('/app/out/main/trainer/main.js').launch(job, handlers)
  const child = electron.utilityProcess.fork.mock.results.at(-1)?.value as UtilityProcessDouble
  return { messages, exits, trainer, child }
}

test('starts the trainer with its job once it runs', () => {
  const { child, trainer } = launch()
  const [entry, , options] = child.args as [string, string[], { env: Record<string, string> }]
  expect(entry).toBe('/app/out/main/trainer/main.js')
  expect(options.env['TF_CPP_MIN_LOG_LEVEL']).toBe('2')
  expect(child.sent).toEqual([])
  child.emit('spawn')
  trainer.send({ type: 'control', action: 'pause' })
  expect(child.sent).toEqual([
    { type: 'start', job },
    { type: 'control', action: 'pause' },
  ])
  expect(trainer.pid).toBe(4711)
})

test('passes on only messages of the contract', () => {
  const { child, messages, exits } = launch()
  child.emit('message', { type: 'heartbeat', memoryBytes: 5 })
  child.emit('message', { type: 'heartbeat', memoryBytes: 'much' })
  child.emit('message', 'text')
  child.emit('exit', 0)
  expect(messages).toEqual([{ type: 'heartbeat', memoryBytes: 5 }])
  expect(exits[0]?.stderr).toContain('invalid message')
})

test('a crash reports its code and the end of what the process wrote', () => {
  const { child, exits } = launch()
  child.stderr.emit('data', Buffer.from('x'.repeat(20_000)))
  child.stderr.emit('data', Buffer.from('terminate called after throwing'))
  child.emit('exit', 139)
  child.emit('exit', 139)
  expect(exits).toHaveLength(1)
  expect(exits[0]).toMatchObject({ code: 139, signal: null })
  expect(exits[0]?.stderr).toMatch(/terminate called after throwing$/)
  expect(exits[0]?.stderr.length).toBeLessThanOrEqual(8000)
})

test('a kill is reported as one', () => {
  const { exits, trainer } = launch()
  trainer.kill()
  expect(exits).toEqual([{ code: null, signal: 'SIGTERM', stderr: '' }])
})
