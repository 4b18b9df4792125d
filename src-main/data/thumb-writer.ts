import { type FileHandle, open } from 'node:fs/promises'

const BUFFERED_BYTES = 1_000_000

/** Appends thumbnails to one file and says where each lies. */
export interface ThumbWriter {
  add(bytes: Uint8Array): Promise<{ offset: number; length: number }>
  close(): Promise<void>
}

export async function openThumbWriter(path: string): Promise<ThumbWriter> {
  const file: FileHandle = await open(path, 'wx')
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let offset = 0
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting)
    waiting = []
    waitingBytes = 0
    await file.writeFile(bytes)
  }
  return {
    async add(bytes) {
      const place = { offset, length: bytes.length }
      waiting.push(bytes)
      waitingBytes += bytes.length
      offset += bytes.length
      if (waitingBytes >= BUFFERED_BYTES) await flush()
      return place
    },
    async close() {
      await flush()
      await file.close()
    },
  }
}
