import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { processTree } from '../support/desktop-app.ts'
import { startTestApp } from './support.ts'

test('the window opens, with the sandbox of the operating system on', async () => {
  const desktop = await startTestApp()
  await desktop.page.getByRole('button', { name: /Handwritten digits/ }).waitFor()
  expect(desktop.page.url()).toMatch(/^wb:\/\/app\/index\.html/)
  expect(await desktop.app.evaluate(() => process.versions['electron'])).toBe(inject('stage').electron.version)
  const renderers = processTree(desktop.pid).filter(({ command }) => command.includes('--type=renderer'))
  expect(renderers).toHaveLength(1)
  const status = readFileSync(`/proc/${renderers[0]?.pid}/status`, 'utf8')
  expect(/^Seccomp:\s*(\d)/m.exec(status)?.[1]).toBe('2')
  expect(/^Uid:\s*(\d+)/m.exec(status)?.[1]).not.toBe('0')
})

test('native code of the trainer cannot be loaded in the main process, by whatever import', async () => {
  const desktop = await startTestApp()
  const attempt = (name: string) =>
    desktop.app.evaluate(async ({ app }, module) => {
      // Playwright's own function has no `require`; the app's is the one that a slip would use.
      const load = process.getBuiltinModule?.('node:module') ?? process.mainModule?.require('module')
      try {
        load.createRequire(`${app.getAppPath()}/package.json`)(module)
        return 'loaded'
      } catch (error) {
        return (error as Error).message
      }
    }, name)
  expect(await attempt('@tensorflow/tfjs-node')).toContain('tfjs_binding.node is loaded in the trainer process only')
  expect(await attempt('@tensorflow/tfjs-node/lib/napi-v8/graft_frozen.node')).toContain('trainer process only')
  expect(await attempt('sharp')).toContain('is loaded in the trainer process only')
  expect((await desktop.call('system.info')).ok).toBe(true)
})
