import { createReadStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import fastifyStatic from '@fastify/static'
import fastifyWebsocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Log } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'
import { DOCUMENT_TYPE, type MediaFile, type Workbench } from '../../core/workbench.ts'
import { DOCUMENT_HEADERS } from '../shared/page-headers.ts'
import { denied, hasToken, PAGE_HEADERS, refuseForeign } from './guard.ts'
import type { Uploads } from './uploads.ts'

/** A request body; files go through /upload as streams. */
const MAX_BODY_BYTES = 16 * 1024 ** 2
/** A window that stopped reading is cut off instead of filling memory; it reconnects and fetches a snapshot. */
const MAX_SOCKET_BACKLOG = 64 * 1024 ** 2

export interface HttpHostOptions {
  readonly workbench: Workbench
  readonly uploads: Uploads
  readonly log: Log
  readonly token: string
  /** Folder of the built renderer. */
  readonly renderer: string
  /** 0: any free port. */
  readonly port: number
}

export interface HttpHost {
  readonly port: number
  /** The page with its token. */
  readonly address: string
  close(): Promise<void>
}

/** Serves the renderer and the contract on 127.0.0.1 alone. */
export async function startHttpHost(options: HttpHostOptions): Promise<HttpHost> {
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true })
  let port = options.port
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(PAGE_HEADERS)
    // A refused upgrade has left the HTTP server's hands: nobody else would close its connection.
    if (request.headers.upgrade !== undefined) reply.raw.on('finish', () => request.raw.socket.destroySoon())
    if (refuseForeign(request, reply, port)) return reply
    // Asked of the route that answers, not of the address: an address can be spelled in many ways.
    if (!isPage(request) && !hasToken(request, options.token))
      return reply.code(401).send(denied('the token of this launch'))
    return undefined
  })
  await app.register(fastifyWebsocket, { options: { maxPayload: 1024 }, preClose: (done) => endSockets(app, done) })
  await addPage(app, options.renderer)
  addRpc(app, options.workbench)
  addEvents(app, options.workbench)
  addMedia(app, options.workbench)
  addUpload(app, options.uploads)
  await app.listen({ host: '127.0.0.1', port })
  port = (app.server.address() as AddressInfo).port
  return {
    port,
    address: `http://127.0.0.1:${port}/?token=${options.token}`,
    close: () => app.close(),
  }
}

/** The built window, which holds nothing of the user: the only routes that answer without the token. */
async function addPage(app: FastifyInstance, renderer: string): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, [PAGE]: true }
    })
    await scope.register(fastifyStatic, { root: renderer, index: ['index.html'], cacheControl: false })
  })
}

const PAGE = Symbol('page')

function isPage(request: FastifyRequest): boolean {
  return PAGE in request.routeOptions.config && request.headers.upgrade === undefined
}

/** Windows may be asleep or gone: the host does not wait for their goodbye. */
function endSockets(app: FastifyInstance, done: () => void): void {
  for (const socket of app.websocketServer.clients) socket.terminate()
  app.websocketServer.close()
  app.server.closeAllConnections()
  done()
}

function addRpc(app: FastifyInstance, workbench: Workbench): void {
  app.post<{ Params: { name: string } }>('/rpc/:name', async (request, reply) => {
    const gone = new AbortController()
    reply.raw.on('close', () => reply.raw.writableFinished || gone.abort())
    return workbench.dispatch(request.params.name, request.body ?? {}, { signal: gone.signal, origin: 'http' })
  })
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const known = error instanceof GraftError ? error : requestError(error)
    void reply.code(error.statusCode ?? 400).send({ ok: false, error: known.toReply() })
  })
  app.setNotFoundHandler((_request, reply) => {
    const error = new GraftError('E_NOT_FOUND', 'There is nothing at this address.', {
      fix: 'Open the address that was printed at the start.',
    })
    void reply.code(404).send({ ok: false, error: error.toReply() })
  })
}

function requestError(error: Error & { statusCode?: number }): GraftError {
  const limit = error.statusCode === 413 ? ` Requests may have ${MAX_BODY_BYTES / 1024 ** 2} MiB.` : ''
  return new GraftError('E_INPUT', `Expected a JSON request. Received: ${error.message}.${limit}`, {
    fix: 'Send one JSON object with the content type application/json.',
  })
}

function addEvents(app: FastifyInstance, workbench: Workbench): void {
  app.get('/events', { websocket: true }, (socket) => {
    const stop = workbench.subscribe((name, payload) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_SOCKET_BACKLOG) return socket.terminate()
      socket.send(JSON.stringify({ name, payload }))
    })
    socket.on('close', stop)
    socket.on('error', stop)
  })
}

function addMedia(app: FastifyInstance, workbench: Workbench): void {
  app.get<{ Params: { '*': string } }>('/media/*', (request, reply) => {
    const media = workbench.media(request.params['*'].split('/'))
    if (media === null) {
      const error = new GraftError('E_NOT_FOUND', 'There is no such picture.', { fix: 'Reload the window.' })
      return reply.code(404).send({ ok: false, error: error.toReply() })
    }
    return sendMedia(request, reply, media)
  })
}

/** Pictures never change under their id, so the window may keep them. */
function sendMedia(_request: FastifyRequest, reply: FastifyReply, media: MediaFile): FastifyReply {
  void reply.header('content-type', media.type).header('cache-control', 'private, max-age=3600')
  if (media.type === DOCUMENT_TYPE) void reply.headers(DOCUMENT_HEADERS)
  if ('bytes' in media)
    return reply.send(Buffer.from(media.bytes.buffer, media.bytes.byteOffset, media.bytes.byteLength))
  if (media.length === 0) return reply.send(Buffer.alloc(0))
  return reply.send(createReadStream(media.path, { start: media.offset, end: media.offset + media.length - 1 }))
}

function addUpload(app: FastifyInstance, uploads: Uploads): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.post<{ Params: { batch: string; '*': string } }>('/upload/:batch/*', async (request) => {
      await uploads.receive(request.params.batch, request.params['*'], request.body as NodeJS.ReadableStream as never)
      return { ok: true, value: {} }
    })
  })
}
