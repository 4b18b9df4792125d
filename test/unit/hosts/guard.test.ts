import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { denied, hasToken, PAGE_HEADERS, refuseForeign } from '../../../src-main/hosts/http/guard.ts'
import { newToken, sameToken } from '../../../src-main/hosts/http/token.ts'

const PORT = 4711
const request = (headers: Record<string, string>, query: Record<string, unknown> = {}) =>
  ({ headers, query }) as unknown as FastifyRequest

/** The code and body with which a request was refused; null: it was let through. */
function refusal(headers: Record<string, string>): { code: number; message: string } | null {
  const sent: { code: number; message: string }[] = []
  const reply = {
    code: (code: number) => ({
      send: (body: ReturnType<typeof denied>) => void sent.push({ code, message: body.error.message }),
    }),
  } as unknown as FastifyReply
  const isRefused = refuseForeign(request(headers), reply, PORT)
  expect(isRefused).toBe(sent.length === 1)
  return sent[0] ?? null
}

describe('a request', () => {
  const own = { host: `127.0.0.1:${PORT}` }

  it('of this host’s page is let through, by either name', () => {
    for (const host of [`127.0.0.1:${PORT}`, `localhost:${PORT}`]) {
      expect(refusal({ host })).toBeNull()
      expect(refusal({ host, origin: `http://${host}` })).toBeNull()
    }
  })

  it('to another name or port is refused: it was led here', () => {
    const message = 'Expected a Host header of this address. The request was refused.'
    for (const host of ['evil.example', `evil.example:${PORT}`, '127.0.0.1', '127.0.0.1:80', `127.0.0.1:${PORT}0`, ''])
      expect(refusal({ host })).toEqual({ code: 403, message })
    expect(refusal({})).toEqual({ code: 403, message })
    expect(refusal({ host: 'evil.example', origin: `http://localhost:${PORT}` })).toEqual({ code: 403, message })
  })

  it('of another page is refused', () => {
    const message = 'Expected a page of this address. The request was refused.'
    const origins = ['http://evil.example', 'null', `https://127.0.0.1:${PORT}`, `127.0.0.1:http://${PORT}`, '']
    for (const origin of origins) expect(refusal({ ...own, origin })).toEqual({ code: 403, message })
  })
})

describe('the token', () => {
  const token = newToken()
  const bearer = (text: string): boolean => hasToken(request({ authorization: text }), token)

  it('stands in the header', () => {
    expect(bearer(`Bearer ${token}`)).toBe(true)
    for (const text of [
      token,
      `Bearer ${token}x`,
      `Bearer  ${token}`,
      `Basic ${token}`,
      `Bearer${token} `,
      'Bearer ',
      '',
    ])
      expect(bearer(text)).toBe(false)
    expect(bearer(`xBearer ${token}`)).toBe(false)
  })

  it('stands in the address where there is no header', () => {
    const asked = (query: Record<string, unknown>, headers = {}) => hasToken(request(headers, query), token)
    expect(asked({ token })).toBe(true)
    expect(asked({ token: `${token}x` })).toBe(false)
    expect([asked({}), asked({ token: [token] }), asked({ other: token })]).toEqual([false, false, false])
    expect(asked({ token }, { authorization: 'Bearer wrong' })).toBe(false)
  })

  it('is new every time, of 256 bits, and safe in an address', () => {
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(newToken()).not.toBe(token)
    expect([sameToken(token, token), sameToken(token, newToken()), sameToken(token, '')]).toEqual([true, false, false])
  })
})

describe('a refusal', () => {
  it('says what was expected and what to do', () => {
    expect(denied('x')).toEqual({
      ok: false,
      error: {
        code: 'E_ACCESS',
        message: 'Expected x. The request was refused.',
        fix: 'Open the address that the workbench printed when it started; its token changes with every start.',
      },
    })
  })
})

describe('every reply', () => {
  it('keeps other pages from reading it', () => {
    expect(PAGE_HEADERS['cross-origin-resource-policy']).toBe('same-origin')
    expect(Object.keys(PAGE_HEADERS)).toContain('content-security-policy')
  })
})
