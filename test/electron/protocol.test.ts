import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { documentAt } from '../../src-main/hosts/electron/documents.ts'
import { registerScheme, serveScheme } from '../../src-main/hosts/electron/protocol.ts'
import { temporaryFolder, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const PICTURE = { type: 'image/png', bytes: new Uint8Array([1, 2, 3]) }

async function site(
  more: Record<string, unknown> = {},
): Promise<{ get(url: string, method?: string): Promise<Response>; folder: string }> {
  const folder = temporaryFolder()
  const page = join(folder, 'page')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<title>Graft</title>')
  writeFileSync(join(page, 'assets', 'a b.js'), 'export {}')
  writeFileSync(join(page, 'notes.secret'), 'no such type')
  mkdirSync(join(folder, 'page-evil'))
  writeFileSync(join(folder, 'page-evil', 'x.html'), 'secret')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  writeFileSync(join(folder, 'thumbs.bin'), '0123456789')
  symlinkSync(join(folder, 'secret.html'), join(page, 'link.html'))
  const pictures: Record<string, unknown> = {
    ...more,
    '1/2': PICTURE,
    '1/3': { type: 'image/jpeg', path: join(folder, 'thumbs.bin'), offset: 2, length: 3 },
    'with space/1': PICTURE,
    '1/4': { type: 'image/jpeg', path: join(folder, 'thumbs.bin'), offset: 2, length: 0 },
  }
  serveScheme(electron.session.defaultSession as never, page, {
    media: (segments) => (pictures[segments.join('/')] as never) ?? null,
  })
  const handler = electron.session.defaultSession.handlers['wb'] as unknown as (request: unknown) => Promise<Response>
  // Not `new Request`: it would normalise the very paths that are tried here.
  return { folder, get: (url, method = 'GET') => handler({ url, method }) }
}

test('the scheme is a secure origin of its own and bypasses nothing', () => {
  registerScheme()
  const [[schemes]] = electron.protocol.registerSchemesAsPrivileged.mock.calls as [
    [{ scheme: string; privileges: object }[]],
  ]
  expect(schemes).toEqual([
    { scheme: 'wb', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
})

describe('pages', () => {
  test('come with their type and a strict policy', async () => {
    const { get } = await site()
    const reply = await get('wb://app/')
    expect([reply.status, await reply.text()]).toEqual([200, '<title>Graft</title>'])
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = reply.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect((await get('wb://app/assets/a%20b.js')).headers.get('content-type')).toMatch(/^text\/javascript/)
  })

  test.each([
    'wb://app/../secret.html',
    'wb://app/..%2fsecret.html',
    'wb://app/..%2Fsecret.html',
    'wb://app/%2e%2e/secret.html',
    'wb://app/%2e%2e%2fsecret.html',
    'wb://app/..%5csecret.html',
    'wb://app/assets/..%2f..%2fsecret.html',
    'wb://app/..%2fpage-evil%2fx.html',
    'wb://app/%252e%252e%252fsecret.html',
    'wb://app//etc/passwd',
    'wb://app/%00.html',
    'wb://app/%zz.html',
    'wb://app/link.html',
    'wb://app/assets',
    'wb://app/notes.secret',
    'wb://other/index.html',
    'wb://app:99/index.html',
    'wb://me@app/index.html',
    'not an address',
  ])('%s gives nothing away', async (url) => {
    const reply = await (await site()).get(url)
    expect([reply.status, await reply.text()]).toEqual([404, ''])
  })

  test('only GET is answered', async () => {
    const { get } = await site()
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) expect((await get('wb://app/', method)).status).toBe(405)
  })
})

describe('pictures', () => {
  test('come by their ids, from memory and from a slice of a file', async () => {
    const { get } = await site()
    for (const base of ['wb://media/', 'wb://app/media/']) {
      expect(new Uint8Array(await (await get(`${base}1/2`)).arrayBuffer())).toEqual(PICTURE.bytes)
      expect(await (await get(`${base}1/3`)).text()).toBe('234')
      expect(await (await get(`${base}1/4`)).text()).toBe('')
      expect((await get(`${base}with%20space/1`)).status).toBe(200)
      expect((await get(`${base}9/9`)).status).toBe(404)
      expect((await get(`${base}%zz/9`)).status).toBe(404)
      expect((await get(`${base}..%2f..%2fetc%2fpasswd`)).status).toBe(404)
    }
  })
})

test('a document is named by its id for the browser of the user, and is no page of ours', async () => {
  const document = { type: 'text/html; charset=utf-8', path: '/exports/a1/model-card.html', offset: 0, length: 3 }
  const workbench = { media: (path: readonly string[]) => (path.join('/') === 'card/a1' ? document : PICTURE) }
  expect(documentAt(workbench, 'wb://media/card/a1')).toBe(document.path)
  for (const address of ['wb://media/thumb/1', 'wb://app/card/a1', 'https://media/card/a1', 'nothing']) {
    expect(documentAt(workbench, address)).toBeNull()
  }
  const { get } = await site({ 'card/a1': document })
  expect((await get('wb://media/card/a1')).status).toBe(404)
})

test('file: answers nothing', async () => {
  await site()
  const handler = electron.session.defaultSession.handlers['file'] as unknown as () => Response
  expect(handler().status).toBe(403)
})

test('a document that is gone is still named, so that opening it says so', () => {
  const gone = { type: 'text/html; charset=utf-8', bytes: new Uint8Array(), missing: '/exports/a1/model-card.html' }
  expect(documentAt({ media: () => gone }, 'wb://media/card/a1')).toBe(gone.missing)
  expect(documentAt({ media: () => PICTURE }, 'wb://media/card/a1')).toBeNull()
})
