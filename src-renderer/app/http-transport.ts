import { GraftError } from '@contract/errors.ts'
import type { Reply } from '@contract/index.ts'
import { setConnection } from './connection.ts'
import { takeToken } from './token.ts'
import type { Transport } from './transport.ts'

const RETRY_MS = [300, 700, 1500, 3000]

/** The loopback host: requests by POST, events over one WebSocket that reconnects. */
export function httpTransport(): Transport {
  const token = takeToken()
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  listen(token, (name, payload) => {
    for (const listener of [...(listeners.get(name) ?? [])]) listener(payload)
  })
  return {
    call: (name, input) =>
      post(`/rpc/${name}`, JSON.stringify(input), { ...bearer(token), 'Content-Type': 'application/json' }),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    },
    mediaUrl: (kind, datasetId, itemId) =>
      `/media/${kind}/${encodeURIComponent(datasetId)}/${itemId}?token=${encodeURIComponent(token)}`,
    documentUrl: (kind, id) => `/media/${kind}/${encodeURIComponent(id)}?token=${encodeURIComponent(token)}`,
    async sourceOf(files, onProgress) {
      const batch = crypto.randomUUID()
      let done = 0
      for (const { file, path } of files) {
        const address = path.split('/').map(encodeURIComponent).join('/')
        const reply = await post(`/upload/${batch}/${address}`, file, {
          ...bearer(token),
          'Content-Type': 'application/octet-stream',
        })
        if (!reply.ok) throw GraftError.fromReply(reply.error)
        onProgress?.(++done, files.length)
      }
      return `upload:${batch}`
    },
  }
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` }
}

async function post(path: string, body: BodyInit, headers: Record<string, string>): Promise<Reply<unknown>> {
  let response: Response
  try {
    response = await fetch(path, { method: 'POST', body, headers })
  } catch {
    return { ok: false, error: unreachable() }
  }
  try {
    return (await response.json()) as Reply<unknown>
  } catch {
    return { ok: false, error: unreachable() }
  }
}

function unreachable() {
  return new GraftError('E_ACCESS', 'The workbench process does not answer.', {
    fix: 'If it was closed, start it again and open the address that it prints.',
  }).toReply()
}

function listen(token: string, onEvent: (name: string, payload: unknown) => void): void {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
  let failures = 0
  const open = (): void => {
    const socket = new WebSocket(`${scheme}://${window.location.host}/events?token=${encodeURIComponent(token)}`)
    socket.onopen = () => {
      failures = 0
      setConnection('online')
    }
    socket.onmessage = (message) => {
      const { name, payload } = JSON.parse(String(message.data)) as { name: string; payload: unknown }
      onEvent(name, payload)
    }
    socket.onclose = () => {
      setConnection('lost')
      const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 3000
      window.setTimeout(open, wait)
    }
  }
  open()
}
