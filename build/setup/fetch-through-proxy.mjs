import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pinnedNode } from './context.mjs'

const SCRIPT = fileURLToPath(new URL('print-answer.mjs', import.meta.url))

/** Whether the environment (or npm's configuration, which npm puts into it) names a proxy. */
export function namesProxy(env) {
  return proxies(env).some(Boolean)
}

/** The proxies for http and for https addresses; undefined where none is named. */
export function proxies(env) {
  const plain = env.HTTP_PROXY || env.http_proxy || env.npm_config_proxy
  return [plain, env.HTTPS_PROXY || env.https_proxy || env.npm_config_https_proxy || env.npm_config_proxy]
}

/**
 * A `fetch` that goes through the proxy of the environment: the pinned Node does it, in a process of its own, since
 * the Node that runs set-up may be one that knows no proxies.
 */
export function fetchThroughProxy(context) {
  return async (url, { headers, signal }) => {
    const child = spawn(pinnedNode(context), ['--disable-warning=ExperimentalWarning', SCRIPT], {
      env: proxyEnvironment(context.env),
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
    })
    const ended = once(child, 'close').catch((error) => {
      throw signal.aborted ? signal.reason : error
    })
    ended.catch(() => {})
    child.stdin.on('error', () => {}).end(JSON.stringify({ url, headers }))
    const pieces = child.stdout[Symbol.asyncIterator]()
    const { head, rest } = await readHead(pieces)
    if (!head) await ended
    if (!head || head.failure) throw new Error(head?.failure ?? 'the process that asks the proxy ended without a word')
    return new Response(bodyOf(child, pieces, { rest, ended }), { status: head.status, headers: head.headers })
  }
}

/** The first line says how the server answered; after it comes the answer's body. */
async function readHead(pieces) {
  let text = Buffer.alloc(0)
  while (!text.includes('\n')) {
    const { value, done } = await pieces.next()
    if (done) return {}
    text = Buffer.concat([text, value])
  }
  const end = text.indexOf('\n')
  return { head: JSON.parse(text.toString('utf8', 0, end)), rest: text.subarray(end + 1) }
}

function bodyOf(child, pieces, { rest, ended }) {
  return new ReadableStream({
    start: (body) => body.enqueue(rest),
    pull: async (body) => {
      const piece = await pieces.next()
      if (!piece.done) return body.enqueue(piece.value)
      const [code] = await ended
      if (code !== 0) throw new Error('the connection was closed')
      body.close()
    },
    cancel: () => void child.kill(),
  })
}

function proxyEnvironment(env) {
  const [plain, secure] = proxies(env)
  const exceptions = env.NO_PROXY || env.no_proxy || env.npm_config_noproxy
  return {
    ...env,
    NODE_USE_ENV_PROXY: '1',
    ...(plain ? { HTTP_PROXY: plain, http_proxy: plain } : {}),
    ...(secure ? { HTTPS_PROXY: secure, https_proxy: secure } : {}),
    ...(exceptions ? { NO_PROXY: exceptions, no_proxy: exceptions } : {}),
  }
}
