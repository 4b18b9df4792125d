import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { protocol, type Session } from 'electron'
import { DOCUMENT_TYPE, type MediaFile, type Workbench } from '../../core/workbench.ts'
import { pageHeaders } from '../shared/page-headers.ts'
import { APP_HOST, MEDIA_HOST, parse, SCHEME } from './addresses.ts'
import { decodePart, findPageFile } from './page-files.ts'

type ReplyBody = ConstructorParameters<typeof Response>[0]

/** Sent with every reply of the scheme. Pictures come from another host of it. */
export const PAGE_HEADERS = pageHeaders(`${SCHEME}:`)

/** Before the app is ready: the scheme is a proper origin, with fetch and streams, and nothing more. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

/** Serves the built page from `pageFolder` and pictures from the workbench; `file:` answers nothing at all. */
export function serveScheme(session: Session, pageFolder: string, workbench: Pick<Workbench, 'media'>): void {
  session.protocol.handle(SCHEME, (request) => answer(request, pageFolder, workbench))
  session.protocol.handle('file', () => refuse(403))
}

async function answer(request: Request, pageFolder: string, workbench: Pick<Workbench, 'media'>): Promise<Response> {
  const url = parse(request.url)
  if (url === null || url.username !== '' || url.port !== '') return refuse(404)
  if (request.method !== 'GET') return refuse(405)
  if (url.host === MEDIA_HOST) return media(workbench, url.pathname.slice(1))
  if (url.host !== APP_HOST) return refuse(404)
  if (url.pathname.startsWith('/media/')) return media(workbench, url.pathname.slice('/media/'.length))
  return page(pageFolder, url.pathname === '/' ? '/index.html' : url.pathname)
}

async function page(folder: string, path: string): Promise<Response> {
  const file = await findPageFile(folder, path)
  if (file === null) return refuse(404)
  return reply(new Uint8Array(await readFile(file.path)), file.type)
}

/** Pictures are named by ids, which the workbench resolves; a path never crosses here. */
function media(workbench: Pick<Workbench, 'media'>, path: string): Response {
  const found = workbench.media(path.split('/').map((part) => decodePart(part) ?? ''))
  // A document opens in the user's browser (documents.ts), never in a page of ours.
  if (found === null || found.type === DOCUMENT_TYPE) return refuse(404)
  return reply(mediaBody(found), found.type, { 'cache-control': 'private, max-age=3600' })
}

function mediaBody(found: MediaFile): ReplyBody {
  if ('bytes' in found) return new Uint8Array(found.bytes)
  if (found.length === 0) return new Uint8Array()
  const stream = createReadStream(found.path, { start: found.offset, end: found.offset + found.length - 1 })
  return Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>
}

function reply(body: ReplyBody, type: string, more: Record<string, string> = {}): Response {
  return new Response(body, { status: 200, headers: { ...PAGE_HEADERS, 'content-type': type, ...more } })
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: PAGE_HEADERS })
}
