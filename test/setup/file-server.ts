import { createServer, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** How one request is answered: the whole file (or the range that is asked for), unless something goes wrong. */
export interface Answer {
  status?: number
  body?: Buffer
  /** The connection is cut, or stays silent, after this many bytes. */
  cutAfter?: number
  stallAfter?: number
  /** Nothing is ever answered. */
  silent?: boolean
  /** A server that sends everything from the beginning, whatever is asked. */
  withoutRanges?: boolean
}

export interface FileServer {
  /** Ends with a slash, as a mirror's address does. */
  url: string
  /** `GET path range` of every request. */
  asked: string[]
  /** How the next requests are answered, in turn; afterwards all goes well. */
  answers: Answer[]
}

/** A server of one file under every path, on this computer; with `authorization` only for who sends that. */
export async function serveFile(file: Buffer, authorization?: string): Promise<FileServer> {
  const served: FileServer = { url: '', asked: [], answers: [] }
  const server = createServer((request, response) => {
    const { range = 'whole' } = request.headers
    served.asked.push(`${request.method} ${request.url} ${range}`)
    if (request.headers.authorization !== authorization) return void response.writeHead(401).end()
    answer(response, range, { body: file, ...served.answers.shift() })
  })
  served.url = `http://127.0.0.1:${await listen(server)}/`
  return served
}

function answer(response: ServerResponse, range: string, how: Answer & { body: Buffer }): void {
  if (how.silent) return
  if (how.status) {
    response.writeHead(how.status).write('no such file')
    if (how.stallAfter === undefined) response.end()
    return
  }
  const from = how.withoutRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0)
  if (from >= how.body.length) return void response.writeHead(416).end()
  const rest = how.body.subarray(from)
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length })
  if (how.stallAfter !== undefined) return void response.write(rest.subarray(0, how.stallAfter))
  if (how.cutAfter === undefined) return void response.end(rest)
  response.write(rest.subarray(0, how.cutAfter), () => setTimeout(() => response.socket?.destroy(), 50))
}

/** A proxy that alone knows where `electron.invalid` is; `asked` names the addresses that were asked of it. */
export async function serveProxy(origin: FileServer): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((_, response) => void response.writeHead(405).end())
  server.on('connect', (request, socket) => {
    asked.push(String(request.url))
    const upstream = connect(Number(new URL(origin.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
  })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
