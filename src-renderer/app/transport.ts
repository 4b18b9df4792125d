import type { Reply } from '@contract/index.ts'
import type { Sources } from '@contract/workspace.ts'

/** A file of a drop with its path below what was dropped ("photos/cat/1.jpg"). */
export interface DroppedFile {
  readonly file: File
  readonly path: string
}

/** What carries the contract to this page: Electron's bridge or the loopback host. */
export interface Transport {
  call(name: string, input: unknown): Promise<Reply<unknown>>
  on(name: string, listener: (payload: unknown) => void): () => void
  mediaUrl(kind: 'thumb' | 'image', datasetId: string, itemId: number): string
  /** Address of a document that Graft has written, to be opened in a window of its own. */
  documentUrl(kind: 'card' | 'report', id: string): string
  /** Makes dropped files reachable for the host and answers what stands for all of them: one source, or several that are meant as one
   *  folder. One file has one source. */
  sourceOf(files: readonly DroppedFile[], onProgress?: (done: number, total: number) => void): Promise<Sources>
}

/** Copies that a browser handed over, which do not stay where they are. */
export function isUpload(source: Sources): boolean {
  return typeof source === 'string' && source.startsWith('upload:')
}
