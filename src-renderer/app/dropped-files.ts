import { isBrowserHost } from './client.ts'
import type { DroppedFile } from './transport.ts'

/** The files of a drop. In a browser folders are walked (their files must be copied over); Electron takes the dropped
 *  entry itself. Must be called inside the drop event: the browser empties the transfer afterwards. */
export function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const files = [...transfer.files]
  if (!isBrowserHost) return Promise.resolve(files.map((file) => ({ file, path: file.name })))
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  return collect(entries, files)
}

async function collect(entries: (FileSystemEntry | null)[], files: File[]): Promise<DroppedFile[]> {
  const found: DroppedFile[] = []
  for (const [index, entry] of entries.entries()) {
    const file = files[index]
    if (entry !== null) await walk(entry, '', found)
    else if (file !== undefined) found.push({ file, path: file.name })
  }
  return found
}

async function walk(entry: FileSystemEntry, prefix: string, found: DroppedFile[]): Promise<void> {
  if (entry.name.startsWith('.')) return
  const path = prefix + entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ file, path })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // A reader gives at most 100 entries at a time.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return
    for (const child of batch) await walk(child, `${path}/`, found)
  }
}
