import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openBrowser } from '../../../src-main/hosts/http/open-browser.ts'

const ADDRESS = 'http://127.0.0.1:4711/?token=the-secret-of-this-launch'

let folder: string
let seen: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-browser-'))
  seen = join(folder, 'seen')
  vi.stubEnv('HOME', folder)
  for (const command of ['xdg-open', 'open', 'rundll32']) {
    const script = `#!/bin/sh\nprintf '%s' "${command} $*" > ${seen}.part\nmv ${seen}.part ${seen}\n`
    writeFileSync(join(folder, command), script, { mode: 0o755 })
  }
})

afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  rmSync(seen, { force: true })
})

const DESKTOP = (): NodeJS.ProcessEnv => ({
  ...process.env,
  DISPLAY: ':0',
  PATH: `${folder}:${process.env.PATH ?? ''}`,
})

/** What was asked to open it, and with what. */
async function asked(): Promise<string[]> {
  await vi.waitFor(() => expect(existsSync(seen)).toBe(true), 5000)
  return readFileSync(seen, 'utf8').split(' ')
}

describe.runIf(process.platform === 'linux')('a browser', () => {
  test('is asked for a page that leads to the address: the token is in no command line, and for this user alone', async () => {
    const opened = openBrowser(ADDRESS, DESKTOP())
    const [command, page] = (await asked()) as [string, string]
    expect(command).toBe('xdg-open')
    expect(page).not.toContain('secret')
    expect(statSync(page).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(page)).mode & 0o777).toBe(0o700)
    expect(readFileSync(page, 'utf8')).toContain(`content="0; url=${ADDRESS}"`)
    // A browser in a sandbox of its own may read the home folder, and no temporary one.
    expect(dirname(dirname(page))).toBe(homedir())
    opened?.forget()
    expect(existsSync(dirname(page))).toBe(false)
    opened?.forget()
  })

  test('has a minute to read the page', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    openBrowser(ADDRESS, DESKTOP())
    vi.advanceTimersByTime(59_000)
    const page = await vi.waitFor(() => readFileSync(seen, 'utf8').split(' ')[1]!, 5000)
    expect(existsSync(page)).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(existsSync(dirname(page))).toBe(false)
  })

  test('is asked where there is a desktop of either kind', async () => {
    const { DISPLAY: _one, WAYLAND_DISPLAY: _other, ...none } = DESKTOP()
    expect(openBrowser(ADDRESS, none)).toBeNull()
    expect(openBrowser(ADDRESS, { ...none, DISPLAY: '', WAYLAND_DISPLAY: '' })).toBeNull()
    const opened = openBrowser(ADDRESS, { ...none, WAYLAND_DISPLAY: 'wayland-0' })
    expect(opened).not.toBeNull()
    await asked()
    opened?.forget()
  })

  test('that is missing is no fault', async () => {
    const opened = openBrowser(ADDRESS, { PATH: join(folder, 'nowhere'), DISPLAY: ':0' })
    await new Promise((resolve) => setImmediate(resolve))
    opened?.forget()
  })

  test.each([
    ['darwin', ['open']],
    ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
  ])('is asked in the way of the system: %s', async (platform, words) => {
    vi.stubGlobal('process', Object.create(process, { platform: { value: platform } }))
    const { DISPLAY: _display, ...env } = DESKTOP()
    const opened = openBrowser(ADDRESS, env)
    vi.unstubAllGlobals()
    const said = await asked()
    expect(said.slice(0, -1)).toEqual(words)
    const page = said.at(-1)!
    expect(dirname(dirname(page))).toBe(tmpdir())
    expect(existsSync(page)).toBe(true)
    opened?.forget()
  })
})

test.runIf(process.platform === 'linux')('without a desktop nothing is written and nothing is asked', () => {
  const before = readdirSync(homedir())
  expect(openBrowser(ADDRESS, { PATH: folder })).toBeNull()
  expect(readdirSync(homedir())).toEqual(before)
})
