import type { WorkbenchBridge } from '@contract/bridge.ts'
import { GraftError } from '@contract/errors.ts'
import type { Client, EventName, Events, RequestInput, RequestName, RequestOutput } from '@contract/index.ts'
import { bridgeTransport } from './bridge-transport.ts'
import { gatherEvents } from './gathered-events.ts'
import { httpTransport } from './http-transport.ts'
import type { Transport } from './transport.ts'

const bridge = (window as { workbench?: WorkbenchBridge }).workbench
const transport: Transport = bridge === undefined ? httpTransport() : bridgeTransport(bridge)

const events = gatherEvents()

/** True in a browser on the loopback host: no native dialogs, dropped files are copied over. */
export const isBrowserHost = bridge === undefined

/** The one way to the workbench process. Throws GraftError for every refusal. */
export const client: Client = {
  async call<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> {
    // Reactive proxies do not survive structured cloning, and JSON is what every transport speaks.
    const reply = await transport.call(name, JSON.parse(JSON.stringify(input ?? {})))
    events.flush()
    if (!reply.ok) throw GraftError.fromReply(reply.error)
    return reply.value as RequestOutput<N>
  },
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void {
    let isHeard = true
    const remove = transport.on(name, (payload) => events.add(() => isHeard && listener(payload as Events[N])))
    return () => {
      isHeard = false
      remove()
    }
  },
}

/** Address of an item's picture; pictures never ride on requests. */
export function mediaUrl(kind: 'thumb' | 'image', datasetId: string, itemId: number): string {
  return transport.mediaUrl(kind, datasetId, itemId)
}

/** Opens a model card or a report: in a tab of its own, or, from the desktop app, in the user's browser. */
export function openDocument(kind: 'card' | 'report', id: string): void {
  window.open(transport.documentUrl(kind, id), '_blank', 'noopener')
}

/** Turns dropped files into sources for datasets.inspect, datasets.import, models.predict or models.predictFolder. */
export const sourceOfFiles: Transport['sourceOf'] = (files, onProgress) => transport.sourceOf(files, onProgress)

/** Any thrown value as something a user can read. */
export function toGraftError(error: unknown): GraftError {
  if (error instanceof GraftError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new GraftError('E_INTERNAL', message, { fix: 'Try again. If it happens again, reload the window.' })
}
