import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import type { MediaFile, Workbench } from '../../../src-main/core/workbench.ts'
import { type HttpHost, startHttpHost } from '../../../src-main/hosts/http/server.ts'
import type { Uploads } from '../../../src-main/hosts/http/uploads.ts'

const TOKEN = 'the-token'

let folder: string
let host: HttpHost
/** What the core was asked for. */
let asked: { name: string; input: unknown; signal: AbortSignal }[]
let answer: (input: unknown) => Promise<unknown>
let listeners: Set<(name: never, payload: unknown) => void>
let media: (path: readonly string[]) => MediaFile | null
let received: { batch: string; path: string; text: string }[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-server-'))
  writeFileSync(join(folder, 'index.html'), '<title>Graft</title>')
  asked = []
  received = []
  listeners = new Set()
  answer = async (input) => ({ ok: true, value: input })
  media = () => null
  const workbench = {
    dispatch: (name: string, input: unknown, { signal }: { signal: AbortSignal }) => {
      asked.push({ name, input, signal })
      return answer(input)
    },
    subscribe: (listener: never) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    media: (path: readonly string[]) => media(path),
  } as unknown as Workbench
  const uploads: Uploads = {
    async receive(batch, path, body) {
      if (batch === 'bad') throw new GraftError('E_SOURCE_PATH', 'no such batch', { fix: 'Drop it again.' })
      let text = ''
      for await (const chunk of body) text += String(chunk)
      received.push({ batch, path, text })
    },
    resolve: (batch) => batch,
    close: async () => undefined,
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  host = await startHttpHost({ workbench, uploads, log, token: TOKEN, renderer: folder, port: 0 })
})
afterEach(async () => {
  await host.close()
  rmSync(folder, { recursive: true })
})

async function ask(path: string, more: RequestInit & { token?: string | null } = {}) {
  const { token = TOKEN, headers, ...init } = more
  const own = token === null ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`, { ...init, headers: { ...own, ...headers } })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}
const post = (body: string, type = 'application/json') =>
  ask('/rpc/runs.list', { method: 'POST', body, headers: { 'content-type': type } })
function errorOf(text: string): { code: string; message: string; fix: string } {
  const reply = JSON.parse(text) as { ok: boolean; error: ReturnType<typeof errorOf> }
  expect(reply.ok).toBe(false)
  return reply.error
}

describe('the host', () => {
  it('has the address of this computer, with its token', () => {
    expect(host.port).toBeGreaterThan(0)
    expect(host.address).toBe(`http://127.0.0.1:${host.port}/?token=${TOKEN}`)
  })

  it('gives the page to everyone on it, and nothing else without the token', async () => {
    const page = await ask('/', { token: null })
    expect([page.status, page.text]).toEqual([200, '<title>Graft</title>'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(page.headers.get('cache-control')).toBeNull()
    for (const path of ['/rpc/runs.list', '/media/a', '/events', '/upload/b/c']) {
      const { status, text } = await ask(path, { token: null, method: path.startsWith('/rpc') ? 'POST' : 'GET' })
      expect([401, 404]).toContain(status)
      expect(text).not.toContain('"ok":true')
    }
    expect(errorOf((await ask('/media/a', { token: null })).text).message).toBe(
      'Expected the token of this launch. The request was refused.',
    )
    expect(asked).toEqual([])
  })

  it('refuses other pages before it looks at the token', async () => {
    const { status, text } = await ask('/media/a', { headers: { origin: 'http://evil.example' } })
    expect([status, errorOf(text).code]).toEqual([403, 'E_ACCESS'])
  })

  it('says that there is nothing at an address', async () => {
    const { status, text } = await ask('/nothing.js')
    expect(status).toBe(404)
    expect(errorOf(text)).toEqual({
      code: 'E_NOT_FOUND',
      message: 'There is nothing at this address.',
      fix: 'Open the address that was printed at the start.',
    })
  })
})

describe('a request', () => {
  it('reaches the core by name, with its input', async () => {
    const { status, text } = await post('{"limit":3}')
    expect([status, JSON.parse(text)]).toEqual([200, { ok: true, value: { limit: 3 } }])
    expect(asked).toMatchObject([{ name: 'runs.list', input: { limit: 3 } }])
    expect(asked[0]?.signal.aborted).toBe(false)
  })

  it('without a body has an empty input', async () => {
    expect((await ask('/rpc/jobs.list', { method: 'POST' })).status).toBe(200)
    expect(asked).toMatchObject([{ name: 'jobs.list', input: {} }])
  })

  it('that is no JSON is told so', async () => {
    const { status, text } = await post('{"a":')
    expect(status).toBe(400)
    const error = errorOf(text)
    expect(error).toMatchObject({
      code: 'E_INPUT',
      fix: 'Send one JSON object with the content type application/json.',
    })
    expect(error.message).toMatch(/^Expected a JSON request\. Received: .+\.$/)
    expect(error.message).not.toContain('MiB')
    expect((await post('<a/>', 'application/xml')).status).toBe(415)
  })

  it('is told how large it may be', async () => {
    const large = await post(`"${'x'.repeat(16 * 1024 ** 2)}"`)
    expect(large.status).toBe(413)
    expect(errorOf(large.text).message).toMatch(/ Requests may have 16 MiB\.$/)
    answer = async () => ({ ok: true, value: {} })
    expect((await post(`"${'x'.repeat(16 * 1024 ** 2 - 2)}"`)).status).toBe(200)
  })

  it('whose handler fails is answered with what it says', async () => {
    answer = () => Promise.reject(new GraftError('E_RUN_STATE', 'not now', { fix: 'Later.' }))
    const { status, text } = await post('{}')
    expect([status, errorOf(text)]).toEqual([400, { code: 'E_RUN_STATE', message: 'not now', fix: 'Later.' }])
    answer = () => Promise.reject(Object.assign(new Error('odd'), { statusCode: 418 }))
    const odd = await post('{}')
    expect([odd.status, errorOf(odd.text).message]).toEqual([418, 'Expected a JSON request. Received: odd.'])
  })

  it('whose window has gone is broken off', async () => {
    answer = () => new Promise(() => undefined)
    const gone = httpRequest({
      port: host.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/rpc/models.plan',
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    gone.on('error', () => undefined)
    gone.end()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]?.signal.aborted).toBe(false)
    gone.destroy()
    await vi.waitFor(() => expect(asked[0]?.signal.aborted).toBe(true))
  })

  it('that was answered is not broken off', async () => {
    await post('{}')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(asked[0]?.signal.aborted).toBe(false)
  })
})

describe('a picture', () => {
  const type = 'image/png'

  it('is looked for by the parts of its path', async () => {
    const paths: unknown[] = []
    media = (path) => {
      paths.push(path)
      return null
    }
    const { status, text } = await ask('/media/thumb/d/1')
    expect(paths).toEqual([['thumb', 'd', '1']])
    expect(status).toBe(404)
    expect(errorOf(text)).toEqual({
      code: 'E_NOT_FOUND',
      message: 'There is no such picture.',
      fix: 'Reload the window.',
    })
  })

  it('may be kept by the window that asked for it', async () => {
    media = () => ({ type, bytes: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) })
    const { status, headers, text } = await ask('/media/thumb/d/1')
    expect([status, text]).toEqual([200, '\x01\x02'])
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([type, 'private, max-age=3600'])
    expect((await ask(`/media/thumb/d/1?token=${TOKEN}`, { token: null })).status).toBe(200)
  })

  it('can be a document, which loads nothing, runs nothing and is no page of this host', async () => {
    media = () => ({ type: 'text/html; charset=utf-8', bytes: new TextEncoder().encode('<p>card') })
    const { headers, text } = await ask('/media/card/a1')
    expect([text, headers.get('cache-control')]).toEqual(['<p>card', 'no-store'])
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    )
  })

  it('can be a part of a file', async () => {
    const path = join(folder, 'pack')
    writeFileSync(path, 'abcdef')
    media = () => ({ type, path, offset: 2, length: 3 })
    expect((await ask('/media/image/d/1')).text).toBe('cde')
    media = () => ({ type, path, offset: 2, length: 0 })
    expect(await ask('/media/image/d/1')).toMatchObject({ status: 200, text: '' })
  })
})

describe('what is dropped', () => {
  it('comes by batch and path, whatever its type', async () => {
    for (const type of ['application/octet-stream', 'application/json', 'text/plain']) {
      const path = `/upload/b1/birds/${encodeURIComponent('a b')}.jpg`
      const { status, text } = await ask(path, { method: 'POST', body: '{"a":', headers: { 'content-type': type } })
      expect([status, JSON.parse(text)]).toEqual([200, { ok: true, value: {} }])
    }
    expect(received).toEqual(new Array(3).fill({ batch: 'b1', path: 'birds/a b.jpg', text: '{"a":' }))
  })

  it('may be larger than a request', async () => {
    const body = 'x'.repeat(17 * 1024 ** 2)
    expect((await ask('/upload/b1/a.bin', { method: 'POST', body })).status).toBe(200)
    expect(received[0]?.text.length).toBe(body.length)
  })

  it('is refused with what is wrong', async () => {
    const { status, text } = await ask('/upload/bad/a.jpg', { method: 'POST', body: 'x' })
    expect([status, errorOf(text)]).toEqual([
      400,
      { code: 'E_SOURCE_PATH', message: 'no such batch', fix: 'Drop it again.' },
    ])
  })
})

describe('a socket', () => {
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/events?token=${TOKEN}`)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    await vi.waitFor(() => expect(listeners.size).toBe(1))
    return socket
  }
  const tell = (name: string, payload: unknown): void => {
    for (const listener of listeners) listener(name as never, payload)
  }

  it('carries events until it is closed', async () => {
    const socket = await open()
    const message = new Promise((resolve) =>
      socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
    )
    tell('jobs.changed', { id: 'j' })
    expect(await message).toEqual({ name: 'jobs.changed', payload: { id: 'j' } })
    socket.close()
    await vi.waitFor(() => expect(listeners.size).toBe(0))
  })

  it('ends with the host', async () => {
    const socket = await open()
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }))
    await host.close()
    await closed
    expect(listeners.size).toBe(0)
  })

  it('takes no large messages', async () => {
    const socket = await open()
    const closed = new Promise<{ code: number }>((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve({ code }), { once: true })
    })
    socket.send('x'.repeat(1025))
    expect((await closed).code).toBe(1009)
  })

  it('that is refused has its connection closed', async () => {
    const text = await new Promise<string>((resolve) => {
      let all = ''
      const socket = connect(host.port, '127.0.0.1', () =>
        socket.write(
          `GET /events HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        ),
      )
      socket.on('data', (data) => (all += data.toString('latin1')))
      socket.on('close', () => resolve(all))
    })
    expect(text).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('is none at the address of the page', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/`)
    await new Promise((resolve) => socket.addEventListener('error', resolve, { once: true }))
    expect(listeners.size).toBe(0)
  })
})
