import type { FastifyReply, FastifyRequest } from 'fastify'
import { pageHeaders } from '../shared/page-headers.ts'
import { sameToken } from './token.ts'

/** Sent with every reply. The page may talk to this host and to nothing else. */
export const PAGE_HEADERS = { ...pageHeaders(), 'cross-origin-resource-policy': 'same-origin' }

/** Refuses requests that did not come from a page of this host: a foreign Host header means DNS rebinding, a foreign
 *  Origin means another site in the same browser. */
export function refuseForeign(request: FastifyRequest, reply: FastifyReply, port: number): boolean {
  const allowed = [`127.0.0.1:${port}`, `localhost:${port}`]
  const origin = request.headers.origin
  const foreignHost = !allowed.includes(request.headers.host ?? '')
  const foreignOrigin = origin !== undefined && !allowed.includes(origin.replace(/^http:\/\//, ''))
  if (!foreignHost && !foreignOrigin) return false
  void reply.code(403).send(denied(foreignHost ? 'a Host header of this address' : 'a page of this address'))
  return true
}

/** The token from the Authorization header, or (sockets and pictures, which cannot set headers) from the query. */
export function hasToken(request: FastifyRequest, token: string): boolean {
  const header = request.headers.authorization
  if (header !== undefined) return header.startsWith('Bearer ') && sameToken(token, header.slice(7))
  const query = (request.query as Record<string, unknown>)['token']
  return typeof query === 'string' && sameToken(token, query)
}

export function denied(expected: string): { ok: false; error: { code: 'E_ACCESS'; message: string; fix: string } } {
  return {
    ok: false,
    error: {
      code: 'E_ACCESS',
      message: `Expected ${expected}. The request was refused.`,
      fix: 'Open the address that the workbench printed when it started; its token changes with every start.',
    },
  }
}
