import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBrowser } from '../../../src-main/hosts/http/open-browser.ts'

const MAIN = fileURLToPath(new URL('../../../src-main/hosts/http/main.ts', import.meta.url))
const ADDRESS = 'http://127.0.0.1:4711/?token=the-secret-of-this-launch'

let folder: string
let seen: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-browser-'))
  seen = join(folder, 'seen')
  vi.stubEnv('HOME', folder)
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$*" > ${seen}.part\nmv ${seen}.part ${seen}\n`, {
    mode: 0o755,
  })
})

afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test.runIf(process.platform === 'linux')(
  'the token is in no command line, and in a file for this user alone',
  async () => {
    const env = { ...process.env, DISPLAY: ':0', PATH: `${folder}:${process.env.PATH ?? ''}` }
    const opened = openBrowser(ADDRESS, env)
    await vi.waitFor(() => expect(existsSync(seen)).toBe(true), 5000)
    const page = readFileSync(seen, 'utf8')
    expect(page).not.toContain('secret')
    expect(statSync(page).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(page)).mode & 0o777).toBe(0o700)
    expect(readFileSync(page, 'utf8')).toContain(`content="0; url=${ADDRESS}"`)
    opened?.forget()
    expect(existsSync(dirname(page))).toBe(false)
  },
)

test.runIf(process.platform === 'linux')('without a desktop nothing is written and nothing is asked', () => {
  expect(openBrowser(ADDRESS, { PATH: folder })).toBeNull()
})

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
