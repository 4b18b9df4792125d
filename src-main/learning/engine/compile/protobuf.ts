/** Writes the wire format of Protocol Buffers (encoding guide of protobuf.dev): the little that a GraphDef needs. */
export class ProtoWriter {
  #buffer = Buffer.allocUnsafe(128)
  #length = 0

  /** Field of type int32, int64, enum or bool. Negative numbers take ten bytes, as the format wants. */
  int(field: number, value: number | boolean): this {
    return this.#tag(field, 0).#varint(Number(value))
  }

  float(field: number, value: number): this {
    this.#tag(field, 5).#reserve(4)
    this.#length = this.#buffer.writeFloatLE(value, this.#length)
    return this
  }

  /** Field of type bytes, string or message. */
  bytes(field: number, value: Uint8Array | string | ProtoWriter): this {
    const content = value instanceof ProtoWriter ? value.finish() : value
    const size = Buffer.byteLength(content)
    this.#tag(field, 2).#varint(size).#reserve(size)
    if (typeof content === 'string') this.#buffer.write(content, this.#length)
    else this.#buffer.set(content, this.#length)
    this.#length += size
    return this
  }

  /** Packed repeated integers. */
  packed(field: number, values: readonly number[]): this {
    const inner = new ProtoWriter()
    for (const value of values) inner.#varint(value)
    return this.bytes(field, inner)
  }

  /** What was written. It stays this writer's: it counts until more is written. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
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
