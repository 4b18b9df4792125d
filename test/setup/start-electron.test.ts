import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ELECTRON, VERSION } from './electron-checkout.ts'
import { serveFile, type FileServer } from './file-server.ts'
import { makeZip, sha256, type ZipEntry } from './make-zip.ts'
import { expectBrowser, makeStartCheckout, type StartCheckout } from './start-checkout.ts'

const name = `electron-v${VERSION}-${process.platform}-${process.arch}.zip`

let checkout: StartCheckout
beforeAll(() => {
  checkout = makeStartCheckout(undefined, 'ours')
})
afterAll(() => checkout?.remove())

/** A mirror with an Electron that is this shell script, and the environment that names it. */
async function mirror(script: string): Promise<{ server: FileServer; env: Record<string, string> }> {
  const entries: Record<string, ZipEntry> = {
    ...ELECTRON,
    electron: { text: `#!/bin/sh\n${script}\n`, mode: 0o755 },
  }
  const zip = makeZip(entries)
  const server = await serveFile(zip)
  checkout.expectElectron(VERSION, { [name]: sha256(zip) })
  return { server, env: { DISPLAY: ':0', ELECTRON_MIRROR: server.url } }
}

const cached = (): string => join(checkout.root, '../cache/electron', name)

test(
  'npm start that is stopped by Ctrl-C in mid-download goes on with the next one, up to Electron',
  { timeout: 120_000 },
  async () => {
    const { server, env } = await mirror('echo "a window of $1"')
    server.answers = [{ stallAfter: 100_000 }]
    const first = checkout.start(env)
    await vi.waitFor(() => expect(statSync(`${cached()}.part`).size).toBe(100_000), { timeout: 60_000 })
    const pressed = Date.now()
    first.interrupt()
    expect(await first.ended).toBe(130)
    expect(Date.now() - pressed).toBeLessThan(5_000)
    expect(first.said()).toMatch(/Downloading Electron.*Stopped\. Run the same command again, it goes on from here\./s)
    expect(readdirSync(join(cached(), '..'))).toEqual([`${name}.part`])
    expect(existsSync(join(checkout.root, '.graft/electron.json'))).toBe(false)

    const second = checkout.start(env)
    expect(await second.ended).toBe(0)
    expect(second.said()).toContain(`a window of ${checkout.root}\n`)
    expect(second.said()).not.toContain('browser')
    expect(server.asked.map((line) => line.split(' ').at(-1))).toEqual(['whole', 'bytes=100000-'])

    const third = checkout.start(env)
    expect(await third.ended).toBe(0)
    expect(third.said()).toBe(`a window of ${checkout.root}\n`)
  },
)

describe('npm start opens the browser and says why', { timeout: 120_000 }, () => {
  const fatal =
    "[9272:1129/125351.841919:FATAL:setuid_sandbox_host.cc(157)] The SUID sandbox helper binary was found, but is not configured correctly. Rather than run without sandboxing I'\"'\"'m aborting now."
  const missing =
    'electron: error while loading shared libraries: libgtk-3.so.0: cannot open shared object file: No such file or directory'

  test.each([
    [
      'may make no sandbox',
      `echo '${fatal}' >&2; kill -TRAP $$`,
      /ended at once with SIGTRAP: its sandbox has to be allowed once, with: sudo chown root:root "(\/.*dist\/chrome-sandbox)" && sudo chmod 4755 "\1"\./,
    ],
    [
      'misses a library',
      `echo '${missing}' >&2; exit 127`,
      /ended at once with code 127: the library libgtk-3\.so\.0 is missing \(Debian, Ubuntu: sudo apt install libgtk-3-0 /,
    ],
    [
      'finds no screen',
      'echo "[1:ERROR:ozone_platform_x11.cc(239)] Missing X server or \\$DISPLAY" >&2; kill -ABRT $$',
      /ended at once with SIGABRT: the display :0 does not answer/,
    ],
    [
      'is started by root',
      'echo "[1:FATAL] Running as root without --no-sandbox is not supported." >&2; kill -TRAP $$',
      /it does not run as root \(start Graft as an ordinary user\)/,
    ],
    [
      'says something else',
      'echo first >&2; echo "no such thing" >&2; exit 5',
      /ended at once with code 5: its last words were “no such thing”\./,
    ],
    ['says nothing', 'exit 1', /ended at once with code 1: it said nothing\./],
  ])('when Electron %s', async (_, script, sentence) => {
    const { env } = await mirror(script)
    const started = checkout.start(env)
    await expectBrowser(checkout, started)
    expect(started.said()).toMatch(sentence)
    expect(started.said()).toMatch(/^Opening in a browser, because Electron is not used: it ended at once/m)
  })

  test('when the mirror does not have it', async () => {
    const { server, env } = await mirror('')
    server.answers = [{ status: 404 }]
    const started = checkout.start(env)
    await expectBrowser(checkout, started)
    expect(started.said()).toMatch(
      /^Opening in a browser, because Electron is not used: its download failed: the server answered 404 for http/m,
    )
  })

  test('when what arrives is something else', async () => {
    const { server, env } = await mirror('')
    server.answers = [{ body: Buffer.from('<html>') }]
    const started = checkout.start(env)
    await expectBrowser(checkout, started)
    expect(started.said()).toMatch(
      /because Electron is not used: what 127\.0\.0\.1:\d+ sent is not the Electron .*\(expected SHA-256/,
    )
  })
})

test(
  'npm start passes Electron’s own exit code and words on, and what Electron is asked',
  { timeout: 120_000 },
  async () => {
    const { env } = await mirror('echo "asked for $2" >&2; sleep 9; exit 3')
    const started = checkout.start(env, ['/some/workspace'])
    expect(await started.ended).toBe(3)
    expect(started.said()).toContain('asked for /some/workspace\n')
    expect(started.said()).not.toContain('browser')
  },
)
