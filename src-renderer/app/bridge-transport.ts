import type { WorkbenchBridge } from '@contract/bridge.ts'
import type { Transport } from './transport.ts'

/** Electron: the preload's three functions. Dropped files stay where they are; the host grants a handle for each. */
export function bridgeTransport(bridge: WorkbenchBridge): Transport {
  return {
    call: (name, input) => bridge.call(name, input),
    on: (name, listener) => bridge.on(name, listener),
    mediaUrl: (kind, datasetId, itemId) => `wb://media/${kind}/${encodeURIComponent(datasetId)}/${itemId}`,
    documentUrl: (kind, id) => `wb://media/${kind}/${encodeURIComponent(id)}`,
    async sourceOf(files, onProgress) {
      const handles: string[] = []
      for (const { file } of files) {
        handles.push(await bridge.pathForFile(file))
        onProgress?.(handles.length, files.length)
      }
      const [first, ...others] = handles
      if (first === undefined) throw new Error('sourceOf needs a file')
      return others.length === 0 ? first : handles
    },
  }
}
