import type { Reply } from './index.ts'

/** What Electron's preload puts on the page as `window.workbench`; in a browser it is absent and the page talks HTTP. */
export interface WorkbenchBridge {
  /** Refuses names that are not in names.ts; never rejects for anything a handler did. */
  call(name: string, input: unknown): Promise<Reply<unknown>>
  /** Listens to one event of the contract; returns its remover. */
  on(name: string, listener: (payload: unknown) => void): () => void
  /** A SourceRef for a File that was dropped on the page (the path itself stays outside the page). */
  pathForFile(file: unknown): Promise<string>
}
