import { brokenFile } from '../../refusals.ts'

/** Reads the fields of one structure in order. Numbers are little-endian. Throws E_MODEL_FILE where the structure ends too early. */
export class Fields {
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #what: string
  at = 0

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#what = what
  }

  get left(): number {
    return this.bytes.byteLength - this.at
  }

  /** An unsigned number of 1 to 8 bytes. */
  number(size: number): number {
    const from = this.#take(size)
    if (size === 1) return this.#view.getUint8(from)
    if (size === 2) return this.#view.getUint16(from, true)
    if (size === 4) return this.#view.getUint32(from, true)
    let value = 0
    for (let index = size - 1; index >= 0; index--) value = value * 256 + this.bytes[from + index]!
    if (Number.isSafeInteger(value)) return value
    throw brokenFile(`Expected a number that a file can have in ${this.#what}. Received: ${value}.`)
  }

  /** A place in the file; null: none. */
  address(size: number): number | null {
    const from = this.#take(size)
    if (this.bytes.subarray(from, from + size).every((byte) => byte === 0xff)) return null
    this.at = from
    return this.number(size)
  }

  part(length: number): Uint8Array {
    const from = this.#take(length)
    return this.bytes.subarray(from, from + length)
  }

  skip(length: number): void {
    this.#take(length)
  }

  /** Four letters that every large structure begins with. */
  signature(expected: string): void {
    const received = String.fromCharCode(...this.part(expected.length))
    if (received !== expected)
      throw brokenFile(`Expected ${expected} at the start of ${this.#what}. Received: other bytes.`)
  }

  #take(length: number): number {
    const from = this.at
    if (length < 0 || length > this.left) {
      throw brokenFile(`Expected ${length} more bytes in ${this.#what}. Received: ${this.left}; it is damaged.`)
    }
    this.at += length
    return from
  }
}
