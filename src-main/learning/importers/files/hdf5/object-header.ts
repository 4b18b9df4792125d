import { brokenFile } from '../../refusals.ts'
import { Fields } from './fields.ts'
import type { Hdf5Space } from './superblock.ts'

/** Kinds of messages that Graft reads (section IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const

export interface Message {
  readonly type: number
  /** Stands elsewhere, in a table of shared messages or as a named datatype. */
  readonly isShared: boolean
  readonly bytes: Uint8Array
}

const MAX_MESSAGES = 100_000
const MAX_BLOCKS = 1000
const MAX_BLOCK_BYTES = 64 * 2 ** 20

/** All messages of an object, continuation blocks included. */
export function readMessages(space: Hdf5Space, address: number): Message[] {
  const what = `the object header at ${address}`
  const isNew = String.fromCharCode(...space.source.read(address, 4, what)) === 'OHDR'
  const { blocks, format } = isNew ? newHeader(space, address, what) : oldHeader(space, address, what)
  const messages: Message[] = []
  for (let index = 0; index < blocks.length; index++) {
    for (const message of messagesOf(blocks[index]!, format, what)) {
      if (message.type !== MESSAGE.continuation) messages.push(message)
      else blocks.push(continuation(space, message, isNew, what))
    }
    if (messages.length > MAX_MESSAGES || blocks.length > MAX_BLOCKS)
      throw brokenFile(`Expected an end of ${what}. Received: too many messages.`)
  }
  return messages
}

interface Format {
  readonly isNew: boolean
  readonly hasOrder: boolean
}

interface Header {
  readonly blocks: Uint8Array[]
  readonly format: Format
}

function oldHeader({ source }: Hdf5Space, address: number, what: string): Header {
  const fields = new Fields(source.read(address, 16, what), what)
  const version = fields.number(1)
  if (version !== 1) throw brokenFile(`Expected ${what} to be of version 1 or 2. Received: ${version}.`)
  fields.skip(7)
  return {
    blocks: [source.read(address + 16, bounded(fields.number(4), what), what)],
    format: { isNew: false, hasOrder: false },
  }
}

function newHeader({ source }: Hdf5Space, address: number, what: string): Header {
  const fields = new Fields(source.read(address, Math.min(64, source.size - address), what), what)
  fields.signature('OHDR')
  fields.skip(1)
  const flags = fields.number(1)
  fields.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0))
  const length = fields.number(2 ** (flags & 3))
  return {
    blocks: [source.read(address + fields.at, bounded(length, what), what)],
    format: { isNew: true, hasOrder: (flags & 4) !== 0 },
  }
}

function continuation(
  { source, offsetSize, lengthSize }: Hdf5Space,
  message: Message,
  isNew: boolean,
  what: string,
): Uint8Array {
  const fields = new Fields(message.bytes, what)
  const address = fields.address(offsetSize) ?? 0
  const block = source.read(address, bounded(fields.number(lengthSize), what), what)
  if (!isNew) return block
  new Fields(block, what).signature('OCHK')
  return block.subarray(4, Math.max(4, block.byteLength - 4))
}

function bounded(length: number, what: string): number {
  if (length <= MAX_BLOCK_BYTES) return length
  throw brokenFile(`Expected ${what} of at most ${MAX_BLOCK_BYTES} bytes. Received: ${length}.`)
}

function* messagesOf(block: Uint8Array, { isNew, hasOrder }: Format, what: string): Generator<Message> {
  const fields = new Fields(block, what)
  const head = isNew ? 4 + (hasOrder ? 2 : 0) : 8
  while (fields.left >= head) {
    const type = fields.number(isNew ? 1 : 2)
    const size = fields.number(2)
    const flags = fields.number(1)
    fields.skip(head - (isNew ? 4 : 5))
    yield { type, isShared: (flags & 2) !== 0, bytes: fields.part(size) }
  }
}
