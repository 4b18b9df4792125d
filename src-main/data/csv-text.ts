import { setImmediate } from 'node:timers/promises'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import type { FileBytes } from './read-file-safely.ts'

const PIECE_BYTES = 1 << 18
/** Enough to tell text from binary data. */
const HEAD_BYTES = 4096

/** A text file, to be read piece by piece: tables have hundreds of megabytes. */
export interface CsvText {
  /** As UTF-8, from the beginning each time. */
  pieces(): Generator<Buffer>
  /** Said of an encoding that was guessed. */
  readonly warning: ImportProblem | null
}

/** UTF-16 becomes UTF-8; other bytes that are no UTF-8 are taken for Windows-1252. `name` is for messages.
 *  @throws GraftError E_SOURCE_FORMAT for binary data */
export async function openCsvText(bytes: FileBytes, name: string, signal?: AbortSignal): Promise<CsvText> {
  const head = bytes.read(0, HEAD_BYTES)
  const bom = head.subarray(0, 2).toString('hex')
  if (bom === 'fffe' || bom === 'feff') {
    const label = bom === 'fffe' ? 'utf-16le' : 'utf-16be'
    return { pieces: () => decoded(bytes, label), warning: null }
  }
  if (head.includes(0)) {
    throw new GraftError('E_SOURCE_FORMAT', `Expected text. Received: ${name} holds binary data.`, {
      fix: 'Export the table as CSV, and choose that file.',
    })
  }
  if (await isUtf8(bytes, signal)) return { pieces: () => piecesOf(bytes), warning: null }
  const message = 'The text is not UTF-8; it was read as Windows-1252. Check names with accents.'
  const warning = { path: name, code: 'bad-value', message, level: 'warning' } as const
  return { pieces: () => decoded(bytes, 'windows-1252'), warning }
}

function* piecesOf(bytes: FileBytes): Generator<Buffer> {
  for (let at = 0; at < bytes.size; at += PIECE_BYTES) yield bytes.read(at, PIECE_BYTES)
}

function* decoded(bytes: FileBytes, label: string): Generator<Buffer> {
  const decoder = new TextDecoder(label)
  for (const piece of piecesOf(bytes)) yield Buffer.from(decoder.decode(piece, { stream: true }))
  // Half a character at the end of the file.
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest)
}

async function isUtf8(bytes: FileBytes, signal: AbortSignal | undefined): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  // The whole file goes through it: a buffer for each piece would fill the memory until they are collected.
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  try {
    for (let at = 0; at < bytes.size; at += PIECE_BYTES) {
      decoder.decode(bytes.read(at, PIECE_BYTES, piece), { stream: true })
      await setImmediate()
      signal?.throwIfAborted()
    }
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
