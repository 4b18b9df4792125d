import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { WorkbenchBridge } from '../../contract/bridge.ts'
import type { Reply } from '../../contract/index.ts'
import { EVENT_NAMES, REQUEST_NAMES } from '../../contract/names.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, GRANT_CHANNEL } from './channels.ts'

const requests: ReadonlySet<string> = new Set(REQUEST_NAMES)
const events: ReadonlySet<string> = new Set(EVENT_NAMES)
const listeners = new Map<string, Set<(payload: unknown) => void>>()

// The page never sees Electron's event object, only the payload.
ipcRenderer.on(EVENT_CHANNEL, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) notify(listener, payload)
})

const bridge: WorkbenchBridge = {
  async call(name, input) {
    if (!requests.has(name)) return unknownName(name)
    try {
      return (await ipcRenderer.invoke(CALL_CHANNEL, name, input)) as Reply<unknown>
    } catch (error) {
      return notAnswered(error)
    }
  },
  on(name, listener) {
    if (!events.has(name)) throw new Error(`Expected an event of the contract. Received: ${text(name)}`)
    if (typeof listener !== 'function') throw new Error(`Expected a listener. Received: ${typeof listener}`)
    const known = listeners.get(name) ?? new Set()
    listeners.set(name, known.add(listener))
    return () => void known.delete(listener)
  },
  async pathForFile(file) {
    // Electron reads the path of a real File itself: '' for one that a script made, an error for anything else.
    const path = webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0])
    const reply = (await ipcRenderer.invoke(GRANT_CHANNEL, path)) as Reply<string>
    if (!reply.ok) throw new Error(reply.error.message)
    return reply.value
  },
}

contextBridge.exposeInMainWorld('workbench', Object.freeze(bridge))

/** A listener that fails keeps no other from hearing. */
function notify(listener: (payload: unknown) => void, payload: unknown): void {
  try {
    listener(payload)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

function unknownName(name: unknown): Reply<unknown> {
  return {
    ok: false,
    error: { code: 'E_UNKNOWN_REQUEST', message: `Expected a request of the contract. Received: ${text(name)}` },
  }
}

/** What was sent to an app that is gone (Electron words it so), or could not be sent: a function, a getter that throws. */
function notAnswered(error: unknown): Reply<unknown> {
  if (error instanceof Error && error.message.startsWith('Error invoking remote method')) {
    return { ok: false, error: { code: 'E_CANCELLED', message: 'Graft closed before it answered.' } }
  }
  const fix = 'Send texts, numbers, true, false, null, lists and objects of these.'
  return { ok: false, error: { code: 'E_INPUT', message: 'Expected an input of plain data.', fix } }
}

/** Of whatever a script sent as a name. */
function text(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 100) : typeof name
}
