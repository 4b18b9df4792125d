import { mkdtempSync, rmSync, writeFileSync, existsSync, readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { connect } from 'node:net'
import { join } from 'node:path'
import type fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startHttpHost, type HttpHost } from '../../src-main/hosts/http/server.ts'
import { newToken, sameToken } from '../../src-main/hosts/http/token.ts'
import { openUploads, type Uploads } from '../../src-main/hosts/http/uploads.ts'
import type { Workbench } from '../../src-main/core/workbench.ts'

const registered = vi.hoisted(() => [] as Route[])

/** The real server; every route that it registers is noted. */
vi.mock('fastify', async (original) => {
  const real = await original<{ default: typeof fastify }>()
  const noting = (options: FastifyServerOptions): FastifyInstance => {
    const app = real.default(options)
    app.addHook('onRoute', ({ url, method }) => void registered.push({ url, method: String(method) }))
    return app
  }
  return { ...real, default: noting }
})

interface Route {
  url: string
  method: string
}

const TOKEN = newToken()
const calls: { name: string; input: unknown }[] = []
const listeners = new Set<(name: never, payload: unknown) => void>()

/** Records what reaches the core; everything about the transport is the real host. */
const recorder: Workbench = {
  dispatch: async (name, input) => {
    calls.push({ name, input })
    return { ok: true, value: { echo: input } }
  },
  subscribe: (listener) => {
    calls.push({ name: 'subscribe', input: null })
    listeners.add(listener as never)
    return () => listeners.delete(listener as never)
  },
  media: (path) => {
    calls.push({ name: 'media', input: path })
    return path[0] === 'thumb' ? { type: 'image/png', bytes: new Uint8Array([1, 2, 3]) } : null
  },
  close: async () => undefined,
}

let folder: string
let host: HttpHost
let uploads: Uploads

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-host-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Graft</title>')
  uploads = await openUploads()
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  host = await startHttpHost({ workbench: recorder, uploads, log, token: TOKEN, renderer: folder, port: 0 })
})

afterAll(async () => {
  await host.close()
  await uploads.close()
  rmSync(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

interface Ask {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** Raw requests: fetch would tidy up the paths and headers under test. */
function ask({ method = 'GET', path, headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: host.port, method, path, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      },
    )
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const SOCKET_HEADERS = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
}

const authorised = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
const rpc = (more: Partial<Ask> = {}): Ask => ({
  method: 'POST',
  path: '/rpc/runs.list',
  headers: authorised,
  body: '{}',
  ...more,
})

describe('the token', () => {
  it('lets a request through', async () => {
    const answer = await ask(rpc({ body: '{"limit":3}' }))
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: { echo: { limit: 3 } } })
  })

  it.each([
    ['none', {}],
    ['a wrong one', { authorization: `Bearer ${newToken()}` }],
    ['a prefix of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('is required: %s', async (_, headers) => {
    const before = calls.length
    const answer = await ask(rpc({ headers: { 'content-type': 'application/json', ...headers } }))
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body).error.code).toBe('E_ACCESS')
    expect(calls.length).toBe(before)
  })

  it.each(['/media/thumb/d/1', '/media/image/d/1'])('is required for pictures: %s', async (path) => {
    expect((await ask({ path })).status).toBe(401)
    expect((await ask({ path: `${path}?token=${newToken()}` })).status).toBe(401)
  })

  it('is required for uploads, and nothing is written without it', async () => {
    const answer = await ask({ method: 'POST', path: '/upload/batch9/a.png', body: 'x' })
    expect(answer.status).toBe(401)
    expect(() => uploads.resolve('batch9')).toThrow(/dropped on this window/)
  })

  it('is new for every launch, long, and compared whole', () => {
    expect(newToken()).not.toBe(newToken())
    expect(Buffer.from(TOKEN, 'base64url').length).toBe(32)
    expect(sameToken(TOKEN, TOKEN)).toBe(true)
    expect(sameToken(TOKEN, `${TOKEN}x`)).toBe(false)
  })
})

/** One address, spelled in the ways in which a guard and a router may differ. */
function spellings(path: string): string[] {
  const name = path.split('/')[1] ?? ''
  const percent = (text: string, digits: (hex: string) => string): string =>
    [...text].map((letter) => `%${digits(letter.charCodeAt(0).toString(16).padStart(2, '0'))}`).join('')
  const renamed = (to: string): string => path.replace(name, to)
  return [
    path,
    renamed(percent(name[0] ?? '', (hex) => hex.toUpperCase()) + name.slice(1)),
    renamed(percent(name, (hex) => hex.toUpperCase())),
    renamed(percent(name, (hex) => [...hex].map((digit, i) => (i % 2 ? digit.toUpperCase() : digit)).join(''))),
    renamed(percent(name, (hex) => hex).replaceAll('%', '%25')),
    renamed(name.toUpperCase()),
    `/%2f${path.slice(1)}`,
    `/%2F..${path}`,
    `/.${path}`,
    `/assets/..${path}`,
    `/assets/%2e%2E${path}`,
    `/${path}`,
    `//127.0.0.1${path}`,
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path};x=1`,
    `${path}%00`,
    path.replaceAll('/', '\\'),
    `/${path.slice(1).replaceAll('/', '%5c')}`,
    `/${path.slice(1).replaceAll('/', '%2f')}`,
    `http://127.0.0.1${path}`,
  ]
}

describe('every route that is registered', () => {
  const guarded = (): Route[] => registered.filter(({ url }) => url !== '/' && url !== '/*')
  const sample: Record<string, string> = { ':name': 'runs.list', ':batch': 'batch9', '*': 'thumb/d/1' }

  it('is one of these, the page aside', () => {
    expect([...new Set(guarded().map(({ url }) => url))].sort()).toEqual([
      '/events',
      '/media/*',
      '/rpc/:name',
      '/upload/:batch/*',
    ])
  })

  it.each<[string, string, Record<string, string>]>([
    ['no token', '', {}],
    ['a wrong one in the address', `?token=${newToken()}`, {}],
    ['a wrong one in the header', '', { authorization: `Bearer ${newToken()}` }],
  ])('answers nothing in any spelling: %s', async (_, query, headers) => {
    for (const { url, method } of guarded()) {
      const path = url.replace(/:\w+|\*/g, (part) => sample[part] ?? part)
      for (const spelling of spellings(path)) {
        for (const upgrade of [{}, SOCKET_HEADERS]) {
          const before = calls.length
          const sent = { method, path: spelling + query, headers: { ...headers, ...upgrade } }
          // A connection that is closed, or whose answer is no HTTP, has given out nothing.
          const status = await ask(sent).then(
            (answer) => answer.status,
            () => 'no answer',
          )
          expect(['no answer', 400, 401, 403, 404], `${method} ${spelling}`).toContain(status)
          expect(calls.slice(before), `${method} ${spelling}`).toEqual([])
        }
      }
    }
    expect(() => uploads.resolve('batch9')).toThrow(/dropped on this window/)
  })

  it('answers to the right one, spelled otherwise too', async () => {
    expect((await ask({ path: '/media/thumb/d/1', headers: authorised })).status).toBe(200)
    expect((await ask({ path: `/%6dedia/thumb/d/1?token=${TOKEN}` })).status).toBe(200)
  })
})

describe('foreign pages', () => {
  it.each(['evil.example', `evil.example:${1}`, 'localhost', '127.0.0.1', `127.0.0.1.evil.example`])(
    'cannot rebind a name to this address: Host %s',
    async (name) => {
      const answer = await ask(rpc({ headers: { ...authorised, host: name } }))
      expect(answer.status).toBe(403)
    },
  )

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://localhost.evil.example'])(
    'cannot call: Origin %s',
    async (origin) => {
      expect((await ask(rpc({ headers: { ...authorised, origin } }))).status).toBe(403)
    },
  )

  it('get no permission to read answers', async () => {
    const answer = await ask(rpc())
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(
      (await ask({ method: 'OPTIONS', path: '/rpc/runs.list', headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403)
  })
})

describe('the page', () => {
  it('may load and contact only this host', async () => {
    const answer = await ask({ path: '/' })
    expect(answer.status).toBe(200)
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([
    '/../package.json',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..\\..\\etc\\passwd',
    '//etc/passwd',
  ])('cannot be left by a path: %s', async (path) => {
    const answer = await ask({ path })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('root:')
  })
})

describe('requests', () => {
  it('are limited in size', async () => {
    const answer = await ask(rpc({ body: JSON.stringify({ text: 'x'.repeat(17 * 1024 ** 2) }) })).catch(
      (error: NodeJS.ErrnoException) => error,
    )
    // The host may close the connection while the body is still being sent.
    expect(answer instanceof Error ? answer.code : answer.status).toSatisfy(
      (value: unknown) => value === 413 || value === 'EPIPE' || value === 'ECONNRESET',
    )
    expect((await ask(rpc())).status).toBe(200)
  })

  it.each(['{"a":', '[', 'x'])('that are not JSON get a clear answer: %s', async (body) => {
    const answer = await ask(rpc({ body }))
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body).error.code).toBe('E_INPUT')
  })

  it('cannot smuggle a prototype', async () => {
    const answer = await ask(rpc({ body: '{"__proto__":{"polluted":true}}' }))
    expect(answer.status).toBe(400)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('uploads', () => {
  const upload = (batch: string, path: string, body = 'data'): Promise<Answer> =>
    ask({
      method: 'POST',
      path: `/upload/${batch}/${path}`,
      headers: { ...authorised, 'content-type': 'application/octet-stream' },
      body,
    })

  it('stand for the folder that was dropped', async () => {
    expect((await upload('one', 'birds/jay/1.jpg')).status).toBe(200)
    expect((await upload('one', `birds/${encodeURIComponent('vögel ñ 鳥')}/2.jpg`)).status).toBe(200)
    const dropped = uploads.resolve('one')
    expect(dropped.endsWith('birds')).toBe(true)
    expect(readFileSync(join(dropped, 'vögel ñ 鳥', '2.jpg'), 'utf8')).toBe('data')
  })

  it.each(['..%2f..%2fescaped.txt', 'a%2f..%2f..%2f..%2fescaped.txt', '%2fetc%2fescaped.txt/../../../../escaped.txt'])(
    'cannot leave their folder: %s',
    async (path) => {
      const answer = await upload('two', path)
      expect(existsSync(join(tmpdir(), 'escaped.txt'))).toBe(false)
      if (answer.status === 200) expect(uploads.resolve('two')).toContain('graft-drop-')
    },
  )

  it('cannot use a strange batch name', async () => {
    expect((await upload('..', 'x.txt')).status).toBeGreaterThanOrEqual(400)
    expect((await upload('a%2fb', 'x.txt')).status).toBeGreaterThanOrEqual(400)
  })
})

describe('the socket', () => {
  const open = (query: string, origin?: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(host.port, '127.0.0.1', () =>
        socket.write(
          `GET /events${query} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${origin ? `Origin: ${origin}\r\n` : ''}\r\n`,
        ),
      )
      socket.on('data', (data) => {
        resolve(data.toString('latin1').split('\r\n')[0] ?? '')
        socket.destroy()
      })
      socket.on('error', () => resolve('error'))
    })

  it('needs the token', async () => {
    expect(await open('')).toContain('401')
    expect(await open(`?token=${newToken()}`)).toContain('401')
    expect(await open(`?token=${TOKEN}`)).toContain('101')
  })

  it('refuses other origins', async () => {
    expect(await open(`?token=${TOKEN}`, 'http://evil.example')).toContain('403')
  })

  it('carries events', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/events?token=${TOKEN}`)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    const received = new Promise<unknown>((resolve) =>
      socket.addEventListener('message', (message) => resolve(JSON.parse(String(message.data))), { once: true }),
    )
    while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const listener of listeners) listener('jobs.changed' as never, { id: 'j1' })
    expect(await received).toEqual({ name: 'jobs.changed', payload: { id: 'j1' } })
    socket.close()
  })
})

describe('the address', () => {
  it('is this computer alone', async () => {
    const outward = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === 'IPv4')
    for (const address of outward) {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = connect({ host: address?.address ?? '', port: host.port, timeout: 2000 })
        socket
          .on('connect', () => resolve(false))
          .on('error', () => resolve(true))
          .on('timeout', () => resolve(true))
      })
      expect(refused).toBe(true)
    }
    expect(host.address.startsWith('http://127.0.0.1:')).toBe(true)
  })
})
