/** From this size on bytes are taken by reference: a graph's constants are as large as the network, and each message around them would copy
 *  them once more. */
const LARGE = 2 ** 14

/** Writes the wire format of Protocol Buffers (encoding guide of protobuf.dev): the little that a GraphDef needs. */
export class ProtoWriter {
  /** What stands before the buffer. */
  readonly #parts: Uint8Array[] = []
  #partsLength = 0
  #buffer = Buffer.allocUnsafe(128)
  #length = 0

  /** Bytes written. */
  get size(): number {
    return this.#partsLength + this.#length
  }

  /** Field of type int32, int64, enum or bool. Negative numbers take ten bytes, as the format wants. */
  int(field: number, value: number | boolean): this {
    return this.#tag(field, 0).#varint(Number(value))
  }

  float(field: number, value: number): this {
    this.#tag(field, 5).#reserve(4)
    this.#length = this.#buffer.writeFloatLE(value, this.#length)
    return this
  }

  /** Field of type bytes, string or message. Large bytes stay the caller's and must not change until they are written out. */
  bytes(field: number, value: Uint8Array | string | ProtoWriter): this {
    if (typeof value === 'string') return this.bytes(field, Buffer.from(value))
    const isMessage = value instanceof ProtoWriter
    this.#tag(field, 2).#varint(isMessage ? value.size : value.byteLength)
    for (const part of isMessage ? value.finish() : [value]) this.#append(part)
    return this
  }

  /** Packed repeated integers. */
  packed(field: number, values: readonly number[]): this {
    const inner = new ProtoWriter()
    for (const value of values) inner.#varint(value)
    return this.bytes(field, inner)
  }

  /** What was written, in parts that follow each other. They stay this writer's: they count until more is written. */
  finish(): readonly Uint8Array[] {
    return [...this.#parts, this.#buffer.subarray(0, this.#length)]
  }

  #append(bytes: Uint8Array): void {
    if (bytes.byteLength < LARGE) {
      this.#reserve(bytes.byteLength)
      this.#buffer.set(bytes, this.#length)
      this.#length += bytes.byteLength
      return
    }
    this.#parts.push(this.#buffer.subarray(0, this.#length), bytes)
    this.#partsLength += this.#length + bytes.byteLength
    this.#buffer = Buffer.allocUnsafe(128)
    this.#length = 0
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.byteLength) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.byteLength, this.#length + count))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  #tag(field: number, wireType: number): this {
    return this.#varint(field * 8 + wireType)
  }

  #varint(value: number): this {
    this.#reserve(10)
    if (value < 0) return this.#negative(value)
    let left = value
    for (; left > 127; left = Math.floor(left / 128)) this.#buffer[this.#length++] = (left % 128) | 128
    this.#buffer[this.#length++] = left
    return this
  }

  /** Two's complement in 64 bits. */
  #negative(value: number): this {
    let left = BigInt.asUintN(64, BigInt(value))
    for (; left > 127n; left >>= 7n) this.#buffer[this.#length++] = Number(left & 127n) | 128
    this.#buffer[this.#length++] = Number(left)
    return this
  }
}
