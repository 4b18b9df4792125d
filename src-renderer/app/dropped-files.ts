import { GraftError } from '@contract/errors.ts'
import { isBrowserHost } from './client.ts'
import type { DroppedFile } from './transport.ts'

/** All files of a drop. In a browser folders are walked (their files must be copied over); Electron takes the dropped entries
 *  themselves. Must be called inside the drop event: the browser empties the transfer afterwards. */
export function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const files = [...transfer.files]
  if (!isBrowserHost) return refuseNone(files.map((file) => ({ file, path: file.name })))
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry?.() ?? null)
  return collect(entries, files)
}

/** Whether a drag brings files, not text or a link. */
export function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}

/** What was dropped, in words. Must be called inside the drop event. */
export function labelOfDrop({ files }: DataTransfer): string {
  return files.length > 1 ? `${files.length} dropped files and folders` : (files[0]?.name ?? 'dropped files')
}

async function collect(entries: (FileSystemEntry | null)[], files: File[]): Promise<DroppedFile[]> {
  const found: DroppedFile[] = []
  for (const [index, entry] of entries.entries()) {
    const file = files[index]
    if (entry !== null) await walk(entry, '', found)
    else if (file !== undefined) found.push({ file, path: file.name })
  }
  return refuseNone(found)
}

async function refuseNone(files: DroppedFile[]): Promise<DroppedFile[]> {
  if (files.length > 0) return files
  throw new GraftError(
    'E_SOURCE_EMPTY',
    'Expected files, or folders with files. Received: nothing of that kind was dropped.',
    {
      fix: 'Drop a folder of pictures, a table or an IDX pair. Hidden files in folders are left out.',
    },
  )
}

async function walk(entry: FileSystemEntry, folder: string, found: DroppedFile[]): Promise<void> {
  // What lies hidden in a folder stays there; what was dropped itself is meant.
  if (folder !== '' && entry.name.startsWith('.')) return
  const path = folder + entry.name
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
