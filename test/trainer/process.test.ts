import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainerJob } from '../../src-main/contract/trainer.ts'
import { launchJob } from '../support/launch-job.ts'

let root: string
let many: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'graft-process-'))
  many = join(root, 'many')
  mkdirSync(join(many, 'a'), { recursive: true })
  // Large enough that an import of them is still under way when it is stopped.
  const pixels = new Uint8Array(600 * 600 * 3).map((_, i) => (i * i) % 251)
  const bytes = await sharp(pixels, { raw: { width: 600, height: 600, channels: 3 } })
    .png()
    .toBuffer()
  for (let i = 0; i < 400; i++) writeFileSync(join(many, 'a', `${i}.png`), bytes)
})
afterAll(() => rmSync(root, { recursive: true }))

const importJob = (folder: string): TrainerJob => ({
  kind: 'import',
  datasetId: 'd',
  source: many,
  folder: join(root, 'datasets', folder),
  options: { name: 'many', storage: 'copy', ignoreColumns: [] },
})
const left = (): string[] => (existsSync(join(root, 'datasets')) ? readdirSync(join(root, 'datasets')) : [])

/** A process that behaves as told. */
function fakeEntry(name: string, code: string): string {
  const path = join(root, `${name}.mjs`)
  writeFileSync(path, code)
  return path
}

describe('the trainer process', () => {
  it('says that it is ready, does its job, and ends', async () => {
    const job = launchJob({ kind: 'inspect', source: many })
    expect(await job.ended).toEqual({ code: 0, signal: null, stderr: '', reason: null })
    expect(job.messages.map((message) => message.type)).toEqual(['ready', 'inspection', 'done'])
    expect(job.messages[0]).toMatchObject({ pid: job.process.pid, versions: { node: process.versions.node } })
    expect(job.messages[2]).toMatchObject({ outcome: 'finished' })
  })

  it('answers what a user can act on with its code', async () => {
    const job = launchJob({ kind: 'inspect', source: join(root, 'missing') })
    expect((await job.ended).code).toBe(0)
    expect(job.messages.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'E_SOURCE_PATH', fix: expect.any(String), message: expect.stringContaining('missing') },
    })
  })

  it('stops within half a second of a cancel, and leaves nothing', async () => {
    const job = launchJob(importJob('cancelled'))
    await job.first('schema')
    expect(left()).toEqual(['cancelled.partial'])
    const start = performance.now()
    job.process.send({ type: 'control', action: 'cancel' })
    await job.ended
    expect(performance.now() - start).toBeLessThan(500)
    expect(job.messages.at(-1)).toEqual({ type: 'done', outcome: 'cancelled' })
    expect(left()).toEqual([])
  })

  it('asked to end by the system, waits for what its parent says, and then goes', { timeout: 20_000 }, async () => {
    const told = launchJob(importJob('told'))
    await told.first('schema')
    process.kill(told.process.pid as number, 'SIGTERM')
    told.process.send({ type: 'control', action: 'cancel' })
    expect(await told.ended).toMatchObject({ code: 0, signal: null })
    const signals = JSON.stringify(join(import.meta.dirname, '../../src-main/trainer/signals.ts'))
    const untold = fakeEntry(
      'untold',
      `const { heedSignals } = await import(${signals})
       heedSignals(() => false)
       setInterval(() => undefined, 1000)
       process.kill(process.pid, 'SIGTERM')`,
    )
    expect(await launchJob(importJob('untold'), untold).ended).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  it('killed, leaves nothing under the name of the dataset, and the next import clears what it left', async () => {
    const job = launchJob(importJob('killed'))
    await job.first('schema')
    job.process.kill()
    expect(await job.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(job.messages.some((message) => message.type === 'done')).toBe(false)
    expect(left()).toEqual(['killed.partial'])
    const next = launchJob(importJob('next'))
    await next.first('schema')
    expect(left()).toEqual(['next.partial'])
    next.process.send({ type: 'control', action: 'cancel' })
    await next.ended
  })

  it('leaves the folder of a running import alone', async () => {
    const first = launchJob(importJob('first'))
    await first.first('schema')
    const second = launchJob(importJob('second'))
    await second.first('schema')
    expect(left().sort()).toEqual(['first.partial', 'second.partial'])
    for (const job of [first, second]) job.process.send({ type: 'control', action: 'cancel' })
    await Promise.all([first.ended, second.ended])
  })

  it('ends when its parent is gone', async () => {
    const launcher = join(import.meta.dirname, '../../src-main/hosts/shared/node-launcher.ts')
    const entry = fakeEntry(
      'parent',
      `import { nodeLauncher } from ${JSON.stringify(launcher)}
       process.on('message', ({ job }) => {
         const trainer = nodeLauncher().launch(job, {
           onMessage: (message) => {
             if (message.type === 'schema') process.send({ type: 'log', level: 'info', text: String(trainer.pid) }, () => process.kill(process.pid, 'SIGKILL'))
           },
           onExit: () => undefined,
         })
       })`,
    )
    const parent = launchJob(importJob('orphan'), entry)
    const pid = Number((await parent.first('log')).text)
    await parent.ended
    let isRunning = true
    for (let i = 0; i < 100 && isRunning; i++) {
      await sleep(50)
      try {
        process.kill(pid, 0)
      } catch {
        isRunning = false
      }
    }
    expect(isRunning).toBe(false)
  })
})

describe('nodeLauncher', () => {
  const job: TrainerJob = { kind: 'inspect', source: '/' }

  it('tells of a crash once, with the last lines of standard error', async () => {
    const entry = fakeEntry(
      'crash',
      `for (let i = 1; i <= 100; i++) console.error('line ' + i); process.exitCode = 7; process.disconnect()`,
    )
    const crashed = launchJob(job, entry)
    const exit = await crashed.ended
    await sleep(50)
    expect(crashed.exits).toHaveLength(1)
    expect(exit.code).toBe(7)
    expect(exit.stderr.split('\n')).toEqual(Array.from({ length: 40 }, (_, i) => `line ${i + 61}`))
  })

  it('ends a process whose message it does not know, and says so', async () => {
    const entry = fakeEntry(
      'liar',
      `process.send({ type: 'progress', done: 1, total: null, message: 'x', more: 2 })
       process.send({ type: 'progress', done: 'all', total: null, message: '' })
       setInterval(() => undefined, 1000)`,
    )
    const lied = launchJob(job, entry)
    const exit = await lied.ended
    expect(lied.messages).toEqual([{ type: 'progress', done: 1, total: null, message: 'x' }])
    expect(exit).toMatchObject({ signal: 'SIGKILL', reason: expect.stringContaining('does not know') })
  })

  it('tells of an entry that is not there', async () => {
    const exit = await launchJob(job, join(root, 'nothing.mjs')).ended
    expect(exit.code).toBe(1)
    expect(exit.stderr).toContain('nothing.mjs')
  })

  it('hears what is sent right before the end', async () => {
    const entry = fakeEntry(
      'last',
      `let n = 0
       const next = () => process.send({ type: 'progress', done: n, total: null, message: '' }, () => (++n < 2000 ? next() : process.exit(0)))
       next()`,
    )
    const talked = launchJob(job, entry)
    await talked.ended
    expect(talked.messages).toHaveLength(2000)
  })

  it.runIf(process.platform !== 'win32')(
    'starts a process again that a signal to the group ended before it spoke, and tells it the same',
    async () => {
      const mark = join(root, 'was-here')
      const entry = fakeEntry(
        'unborn',
        `import { existsSync, writeFileSync } from 'node:fs'
         if (!existsSync('${mark}')) { writeFileSync('${mark}', ''); process.kill(process.pid, 'SIGINT') }
         const heard = []
         process.on('message', (m) => {
           if (m.type === 'leave') process.exit(0)
           if (heard.push(m.type) === 2) {
             process.send({ type: 'progress', done: 2, total: null, message: heard.join() })
             process.send({ type: 'done', outcome: 'paused' })
           }
         })`,
      )
      const again = launchJob(job, entry)
      again.process.send({ type: 'control', action: 'pause' })
      expect(await again.ended).toMatchObject({ code: 0, signal: null })
      expect(again.exits).toHaveLength(1)
      expect(again.messages[0]).toMatchObject({ message: 'start,control' })
      // Once: what ends itself so every time ends, and says by what.
      const always = launchJob(job, fakeEntry('always', `process.kill(process.pid, 'SIGTERM')`))
      expect(await always.ended).toMatchObject({ signal: 'SIGTERM' })
    },
  )

  it('lets a process go once its last message is here, and ends one that stays', { timeout: 20_000 }, async () => {
    const done = `process.send({ type: 'done', outcome: 'finished' })`
    const leaves = launchJob(
      job,
      fakeEntry('leaves', `${done}; process.on('message', (m) => m.type === 'leave' && process.exit(0))`),
    )
    expect(await leaves.ended).toMatchObject({ code: 0, signal: null })
    const stays = launchJob(job, fakeEntry('stays', `${done}; setInterval(() => undefined, 1000)`))
    expect(await stays.ended).toMatchObject({ signal: 'SIGKILL', reason: null })
    expect(stays.messages.at(-1)).toEqual({ type: 'done', outcome: 'finished' })
  })

  it('passes nothing of its own start on to the process', async () => {
    const entry = fakeEntry(
      'environment',
      `const text = [process.env.NODE_OPTIONS, process.env.ELECTRON_RUN_AS_NODE, process.execArgv.length].join()
       process.send({ type: 'log', level: 'info', text })
       process.on('message', (m) => m.type === 'leave' && process.exit(0))
       process.send({ type: 'done', outcome: 'finished' })`,
    )
    const before = { ...process.env }
    Object.assign(process.env, { NODE_OPTIONS: '--no-warnings', ELECTRON_RUN_AS_NODE: '1' })
    const launched = launchJob(job, entry)
    process.env = before
    await launched.ended
    expect(launched.messages[0]).toMatchObject({ text: ',,0' })
  })

  it('gives the process a thread for each core to decode pictures on, or as many as the user says', async () => {
    const entry = fakeEntry(
      'threads',
      `process.send({ type: 'log', level: 'info', text: String(process.env.UV_THREADPOOL_SIZE) })
       process.on('message', (m) => m.type === 'leave' && process.exit(0))
       process.send({ type: 'done', outcome: 'finished' })`,
    )
    const threadsWith = async (asked?: string) => {
      const before = { ...process.env }
      delete process.env['UV_THREADPOOL_SIZE']
      if (asked !== undefined) process.env['UV_THREADPOOL_SIZE'] = asked
      const launched = launchJob(job, entry)
      process.env = before
      await launched.ended
      return launched.messages[0]
    }
    expect(await threadsWith()).toMatchObject({ text: String(Math.min(32, Math.max(4, cpus().length))) })
    expect(await threadsWith('3')).toMatchObject({ text: '3' })
  })
})

describe('the end of a trainer on a slow line', () => {
  /** What the process hands over is on its way for a third of a second: whatever has not arrived when it exits is lost. */
  const slowLine = (name: string, more = ''): string =>
    fakeEntry(
      name,
      `const send = process.send.bind(process)
       process.send = (message, ...rest) => { setTimeout(() => send(message), 300); rest.at(-1)?.(null) }
       ${more}
       await import(${JSON.stringify(join(import.meta.dirname, '../../src-main/trainer/main.ts'))})`,
    )

  it('loses nothing', async () => {
    const launched = launchJob({ kind: 'inspect', source: many }, slowLine('slow'))
    expect(await launched.ended).toEqual({ code: 0, signal: null, stderr: '', reason: null })
    expect(launched.messages.map((message) => message.type)).toEqual(['ready', 'inspection', 'done'])
  })

  it('is lost without the acknowledgement, as a process that exits by itself shows', async () => {
    const leaves = `const listen = process.send; process.send = (m, ...rest) => { listen(m, ...rest); if (m.type === 'done') setImmediate(() => process.exit(0)) }`
    const launched = launchJob({ kind: 'inspect', source: many }, slowLine('early', leaves))
    expect(await launched.ended).toMatchObject({ code: 0 })
    expect(launched.messages.map((message) => message.type)).not.toContain('done')
  })
})
