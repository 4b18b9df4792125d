import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../../src-main/hosts/http/main.ts', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-main-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('who reads that it is open can end it at once, and it ends cleanly', () => {
  const endAtOnce = `const { write } = process.stdout
    process.stdout.write = (text) => {
      write.call(process.stdout, text)
      if (text.startsWith('Graft is open')) process.kill(process.pid, 'SIGTERM')
      return true
    }`
  const { status, signal } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(endAtOnce)}`, MAIN, '--no-open', '--renderer', folder],
    { env: { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }, timeout: 15_000 },
  )
  expect({ status, signal }).toEqual({ status: 0, signal: null })
})
