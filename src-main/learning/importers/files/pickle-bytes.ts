import { brokenFile } from '../refusals.ts'
import type { ByteSource } from './byte-source.ts'

const CHUNK_BYTES = 64 * 1024
/** Longest single value: names are short, and numbers of tensors are not in the pickle. */
const MAX_VALUE_BYTES = 16 * 2 ** 20

/** Reads a pickle from front to back: one chunk of the file in memory at a time. */
export class PickleBytes {
  readonly #source: ByteSource
  #chunk: Uint8Array = new Uint8Array(0)
  #chunkStart = 0
  /** Of the next byte, in the source. */
  position: number

  constructor(source: ByteSource, start = 0) {
    this.#source = source
    this.position = start
  }

  get size(): number {
    return this.#source.size
  }

  take(length: number, what: string): Uint8Array {
    if (length > MAX_VALUE_BYTES) {
      throw brokenFile(
        `Expected ${what} of at most ${MAX_VALUE_BYTES} bytes at byte ${this.position}. Received: ${length} bytes.`,
      )
    }
    const from = this.position - this.#chunkStart
    if (from < 0 || from + length > this.#chunk.byteLength) {
      const rest = Math.max(0, this.#source.size - this.position)
      this.#chunk = this.#source.read(this.position, Math.max(length, Math.min(CHUNK_BYTES, rest)), what)
      this.#chunkStart = this.position
    }
    const start = this.position - this.#chunkStart
    this.position += length
    return this.#chunk.subarray(start, start + length)
  }

  byte(): number {
    return this.take(1, 'an instruction of the pickle')[0]!
  }

  view(length: number): DataView {
    const bytes = this.take(length, 'a number of the pickle')
    return new DataView(bytes.buffer, bytes.byteOffset, length)
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length, 'a text of the pickle'))
  }

  /** Up to the end of the line, which is left out. */
  line(): string {
    const codes: number[] = []
    for (let code = this.byte(); code !== 10; code = this.byte()) {
      if (codes.push(code) > 4096) throw brokenFile(`Expected a line of the pickle at byte ${this.position}. Received: more than 4096 bytes.`) // prettier-ignore
    }
    return new TextDecoder().decode(Uint8Array.from(codes))
  }
}
