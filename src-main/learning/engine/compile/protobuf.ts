/** Writes the wire format of Protocol Buffers (encoding guide of protobuf.dev): the little that a GraphDef needs. */
export class ProtoWriter {
  readonly #chunks: Uint8Array[] = []

  /** Field of type int32, int64, enum or bool. Negative numbers take ten bytes, as the format wants. */
  int(field: number, value: number | boolean): this {
    return this.#tag(field, 0).#varint(Number(value))
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#tag(field, 5).#chunks.push(bytes)
    return this
  }

  /** Field of type bytes, string or message. */
  bytes(field: number, value: Uint8Array | string | ProtoWriter): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value instanceof ProtoWriter ? value.finish() : value
    this.#tag(field, 2).#varint(bytes.byteLength).#chunks.push(bytes)
    return this
  }

  /** Packed repeated integers. */
  packed(field: number, values: readonly number[]): this {
    const inner = new ProtoWriter()
    for (const value of values) inner.#varint(value)
    return this.bytes(field, inner)
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }

  #tag(field: number, wireType: number): this {
    return this.#varint(field * 8 + wireType)
  }

  #varint(value: number): this {
    let left = BigInt.asUintN(64, BigInt(value))
    const bytes: number[] = []
    while (left > 127n) {
      bytes.push(Number(left & 127n) | 128)
      left >>= 7n
    }
    bytes.push(Number(left))
    this.#chunks.push(Uint8Array.from(bytes))
    return this
  }
}
