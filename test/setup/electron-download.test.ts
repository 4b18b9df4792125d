import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { ensureElectron } from '../../build/setup/ensure-electron.mjs'
import { electronCheckout, leftOvers, VERSION, ZIP_NAME, type Checkout } from './electron-checkout.ts'
import { serveFile, serveProxy } from './file-server.ts'

const SHORT = { firstByteMs: 1_000, silenceMs: 1_000 }
const whole = `GET /v${VERSION}/${ZIP_NAME} whole`
const partBytes = ({ cached }: Checkout): number => statSync(`${cached}.part`).size

/** Where each request went on. How much of what was sent before a cut has reached the disk is the system's affair. */
function starts({ server }: Checkout): number[] {
  return server.asked.map((line) => Number(/ bytes=(\d+)-$/.exec(line)?.[1] ?? 0))
}

async function reasonOf({ machine: m }: Checkout): Promise<string> {
  const { path, reason } = await ensureElectron(m, SHORT)
  expect(path).toBeUndefined()
  return String(reason)
}

describe('a connection that is cut', () => {
  test('is made again at once for as long as it brings more', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ cutAfter: 100_000 }, { cutAfter: 100_000 }]
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
    const [first, second, third] = starts(checkout)
    expect([first, checkout.server.asked.length]).toEqual([0, 3])
    expect(second).toBeGreaterThan(0)
    expect(third).toBeGreaterThan(second as number)
    expect(checkout.machine.said.join('')).toMatch(/the transfer broke off at 0 of 0 MB \(.*\); going on from there/)
  })

  test('and brings nothing any more is not remembered: the next start goes on', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ cutAfter: 100_000 }, { cutAfter: 0 }]
    expect(await reasonOf(checkout)).toMatch(
      /^its download from 127\.0\.0\.1:\d+ was interrupted: the transfer broke off at .* MB \(.+\); what has come is kept, and the next start goes on/,
    )
    const kept = partBytes(checkout)
    expect(kept).toBeGreaterThan(0)
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
    expect(starts(checkout)).toEqual([0, kept, kept])
    expect(leftOvers(checkout)).toEqual(['dist', ZIP_NAME, 'path.txt'])
  })

  test('on the way from a server that knows no ranges: everything comes again', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ cutAfter: 100_000 }, { withoutRanges: true }]
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
    expect(starts(checkout)).toEqual([0, expect.any(Number)])
    expect(checkout.machine.said.join('')).toContain('going on from there')
  })

  test('and a server that is gone afterwards are one interruption', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ cutAfter: 100_000 }, { silent: true }]
    expect(await reasonOf(checkout)).toMatch(/was interrupted/)
    expect(partBytes(checkout)).toBeGreaterThan(0)
  })
})

test('a server that falls silent is said to have; the part is kept, and the next start goes on from it', async () => {
  const checkout = await electronCheckout()
  checkout.server.answers = [{ stallAfter: 50_000 }, { stallAfter: 0 }]
  expect(await reasonOf(checkout)).toMatch(
    /was interrupted: .*\(the server sent nothing for 1 s\); what has come is kept/,
  )
  expect(partBytes(checkout)).toBe(50_000)
  expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
  expect(starts(checkout)).toEqual([0, 50_000, 50_000])
})

test('a part that is whole already only gets its name', async () => {
  const checkout = await electronCheckout()
  checkout.server.answers = [{ cutAfter: 1 }, { cutAfter: 0 }]
  await reasonOf(checkout)
  writeFileSync(`${checkout.cached}.part`, checkout.zip)
  expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
  expect(starts(checkout).at(-1)).toBe(checkout.zip.length)
})

describe('wrong bytes', () => {
  test('are deleted and said, with both checksums, and the next start downloads again', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ body: Buffer.from('<html>Please log in</html>') }]
    expect(await reasonOf(checkout)).toMatch(
      /^what 127\.0\.0\.1:\d+ sent is not the Electron 45\.4\.1 that was published \(expected SHA-256 [0-9a-f]{64}, received [0-9a-f]{64}\); it is deleted, .*ELECTRON_MIRROR/,
    )
    expect(leftOvers(checkout)).toEqual([])
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
  })

  test('in the cache are replaced', async () => {
    const checkout = await electronCheckout()
    await ensureElectron(checkout.machine, SHORT)
    rmSync(checkout.dist, { recursive: true })
    writeFileSync(checkout.cached, 'rotten')
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
    expect(readFileSync(checkout.cached)).toEqual(checkout.zip)
  })
})

describe('a server that does not give it', () => {
  test.each([
    [
      { silent: true },
      /^its download failed: 127\.0\.0\.1:\d+ cannot be reached \(no answer in 1 s; a proxy can be named in HTTPS_PROXY, a mirror in ELECTRON_MIRROR\)/,
    ],
    [
      { status: 404 },
      /^its download failed: the server answered 404 for http:\/\/127\.0\.0\.1:\d+\/v45\.4\.1\/electron-v45\.4\.1-linux-x64\.zip \(a mirror/,
    ],
  ])('%o is not asked again for a day', async (answer, sentence) => {
    const checkout = await electronCheckout()
    const { machine: m, server } = checkout
    server.answers = [answer]
    const reason = await reasonOf(checkout)
    expect(reason).toMatch(sentence)
    expect(reason).toMatch(/; it is tried again in 24 h, or at once when \.graft\/electron\.json is deleted$/)
    expect(await reasonOf(checkout)).toBe(reason)
    expect(server.asked).toEqual([whole])
    const memory = join(m.stateDir, 'electron.json')
    const stamp = JSON.parse(readFileSync(memory, 'utf8')) as { at: number }
    writeFileSync(memory, JSON.stringify({ ...stamp, at: stamp.at - 23.5 * 3_600_000 }))
    expect(await reasonOf(checkout)).toMatch(/tried again in 1 h/)
    writeFileSync(memory, JSON.stringify({ ...stamp, at: stamp.at - 24.5 * 3_600_000 }))
    expect(await ensureElectron(m, SHORT)).toHaveProperty('path')
    expect(existsSync(memory)).toBe(false)
  })

  test('is asked at once when the memory of it is deleted', async () => {
    const checkout = await electronCheckout()
    checkout.server.answers = [{ status: 503 }]
    await reasonOf(checkout)
    rmSync(join(checkout.machine.stateDir, 'electron.json'))
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
  })

  test('does not keep another mirror from being asked', async () => {
    const checkout = await electronCheckout()
    checkout.machine.env.ELECTRON_MIRROR = 'http://user:secret@127.0.0.1:9/'
    expect(await reasonOf(checkout)).toMatch(/: 127\.0\.0\.1:9 cannot be reached \((?!.*secret)/)
    checkout.machine.env.ELECTRON_MIRROR = 'nonsense/'
    expect(await reasonOf(checkout)).toMatch(
      /^it cannot be downloaded from nonsense\/v45.*, which is no address \(correct ELECTRON_MIRROR\)$/,
    )
    const other = await serveFile(checkout.zip, 'Basic ' + Buffer.from('user:s@cret').toString('base64'))
    checkout.machine.env.ELECTRON_MIRROR = other.url.replace('//', '//user:s%40cret@')
    expect(await ensureElectron(checkout.machine, SHORT)).toHaveProperty('path')
  })
})

describe('behind a proxy', () => {
  async function behindProxy(): Promise<Checkout & { proxied: string[] }> {
    const checkout = await electronCheckout()
    const proxy = await serveProxy(checkout.server)
    Object.assign(checkout.machine.env, { ELECTRON_MIRROR: 'http://electron.invalid/', http_proxy: proxy.url })
    return { ...checkout, proxied: proxy.asked }
  }
  const slow = { firstByteMs: 10_000, silenceMs: 2_000 }

  test('it is downloaded, and goes on after an interruption, all through the proxy', async () => {
    const checkout = await behindProxy()
    checkout.server.answers = [{ cutAfter: 100_000 }]
    expect(await ensureElectron(checkout.machine, slow)).toHaveProperty('path')
    expect(starts(checkout)).toEqual([0, expect.any(Number)])
    expect(checkout.proxied).toEqual(['electron.invalid:80', 'electron.invalid:80'])
    expect(readFileSync(checkout.cached)).toEqual(checkout.zip)
  })

  test('the server’s refusal, its silence and a proxy that is not there are said', async () => {
    const checkout = await behindProxy()
    checkout.server.answers = [{ stallAfter: 10 }, { stallAfter: 0 }, { status: 404, stallAfter: 0 }]
    const reason = async (): Promise<unknown> =>
      (await ensureElectron(checkout.machine, { ...slow, silenceMs: 300 })).reason
    expect(await reason()).toMatch(/electron\.invalid was interrupted: .*sent nothing for 0\.3 s/)
    rmSync(`${checkout.cached}.part`)
    expect(await reason()).toMatch(/the server answered 404 for http:\/\/electron\.invalid\/v45/)
    // The process that asks the proxy is not left waiting for the rest of an answer that nobody reads.
    await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap'))
    checkout.machine.env.http_proxy = 'http://127.0.0.1:9'
    expect(await reason()).toMatch(
      /electron\.invalid \(through the proxy that the environment names\) cannot be reached \(.+;/,
    )
  })
})
