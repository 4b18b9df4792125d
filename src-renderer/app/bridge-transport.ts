import type { WorkbenchBridge } from '@contract/bridge.ts'
import type { Transport } from './transport.ts'

/** Electron: the preload's three functions. Dropped files stay where they are; the host grants a handle for them. */
export function bridgeTransport(bridge: WorkbenchBridge): Transport {
  return {
    call: (name, input) => bridge.call(name, input),
    on: (name, listener) => bridge.on(name, listener),
    mediaUrl: (kind, datasetId, itemId) => `wb://media/${kind}/${encodeURIComponent(datasetId)}/${itemId}`,
    async sourceOf(files) {
      const first = files[0]
      if (first === undefined) throw new Error('sourceOf needs a file')
      return bridge.pathForFile(first.file)
    },
  }
}
