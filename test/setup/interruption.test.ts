import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../../build/setup/context.mjs'
import { withLock } from '../../build/setup/lock.mjs'
import { machine, temporaryFolder } from './support.ts'

test('Ctrl-C lets go of the lock, says that running again goes on, and ends with 130', async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'wait.mjs')
  writeFileSync(
    script,
    `import { stopCleanly } from ${JSON.stringify(join(projectRoot, 'build/setup/interrupt.mjs'))}
     import { withLock } from ${JSON.stringify(join(projectRoot, 'build/setup/lock.mjs'))}
     stopCleanly()
     await withLock({ progress: { say() {} } }, ${JSON.stringify(join(folder, 'lock'))}, () => {
       process.stdout.write('holding')
       return new Promise((resolve) => setTimeout(resolve, 60_000))
     })`,
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  await once(child.stdout, 'data')
  expect(existsSync(join(folder, 'lock'))).toBe(true)
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  expect(code).toBe(130)
  expect(said).toContain('Run the same command again, it goes on from here.')
  expect(existsSync(join(folder, 'lock'))).toBe(false)
})

test('two checkouts build the cache one after the other', async () => {
  const m = machine()
  const path = join(m.cacheDir, 'lock')
  const order: string[] = []
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} starts`)
    await new Promise((resolve) => setTimeout(resolve, 1300))
    order.push(`${name} ends`)
  }
  await Promise.all([withLock(m, path, work('a')), withLock(m, path, work('b'))])
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  expect(m.said.join('')).toMatch(/Another set-up is at work/)
})

test('the lock of a process that was killed is taken over', async () => {
  const m = machine()
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'close')
  const path = join(temporaryFolder(), 'lock')
  writeFileSync(path, JSON.stringify({ pid: dead.pid, host: hostname() }))
  expect(await withLock(m, path, async () => 'done')).toBe('done')
})
