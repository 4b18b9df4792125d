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
  for (const listener of listeners.get(name) ?? []) listener(payload)
})

const bridge: WorkbenchBridge = {
  async call(name, input) {
    if (!requests.has(name)) return unknownName('request', name)
    return (await ipcRenderer.invoke(CALL_CHANNEL, name, input)) as Reply<unknown>
  },
  on(name, listener) {
    if (!events.has(name)) throw new Error(`Expected an event of the contract. Received: ${String(name)}`)
    const known = listeners.get(name) ?? new Set()
    listeners.set(name, known.add(listener))
    return () => void known.delete(listener)
  },
  async pathForFile(file) {
    const path = webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0])
    const reply = (await ipcRenderer.invoke(GRANT_CHANNEL, path)) as Reply<string>
    if (!reply.ok) throw new Error(reply.error.message)
    return reply.value
  },
}

contextBridge.exposeInMainWorld('workbench', Object.freeze(bridge))

function unknownName(kind: string, name: unknown): Reply<unknown> {
  return {
    ok: false,
    error: { code: 'E_UNKNOWN_REQUEST', message: `Expected a ${kind} of the contract. Received: ${String(name)}` },
  }
}
