import { ByteBuffer } from 'flatbuffers'
import {
  type FieldKind,
  OPERATORS,
  TABLES,
  type TableName,
  TENSOR_TYPES,
  type TensorType,
} from '../../src-main/learning/exporters/litert/schema.ts'

export interface ReadTensor {
  readonly name: string
  readonly type: TensorType
  readonly shape: readonly number[]
  readonly signature: readonly number[]
  readonly scales: readonly number[]
  readonly zeroPoints: readonly number[]
  readonly axis: number
  /** Null where it is computed. */
  readonly data: Uint8Array | null
  /** Where its data begins in the file. */
  readonly offset: number
}

export interface ReadOperator {
  readonly code: string
  readonly version: number
  readonly inputs: readonly ReadTensor[]
  readonly output: ReadTensor
  readonly options: Readonly<Record<string, number>>
}

export interface ReadLiteRt {
  readonly identifier: string
  readonly tensors: readonly ReadTensor[]
  readonly operators: readonly ReadOperator[]
  readonly input: ReadTensor
  readonly outputs: readonly ReadTensor[]
  /** Names of the signature, and the tensors that they stand for. */
  readonly signature: { readonly key: string; readonly inputs: Names; readonly outputs: Names }
}

type Names = readonly (readonly [string, string])[]

/** A .tflite file, read back field by field. */
export function readLiteRt(bytes: Uint8Array): ReadLiteRt {
  const file = new ByteBuffer(new Uint8Array(bytes))
  const model = new Table(file, file.readInt32(0), 'Model')
  const [graph] = model.tables('subgraphs', 'SubGraph')
  const buffers = model.tables('buffers', 'Buffer')
  const codes = model.tables('operator_codes', 'OperatorCode')
  const tensors = graph!.tables('tensors', 'Tensor').map((table) => readTensor(table, buffers))
  const operators = graph!.tables('operators', 'Operator').map((table): ReadOperator => {
    const code = codes[table.number('opcode_index')]!
    const [name, { options }] = nameOf(code.number('builtin_code'))
    return {
      code: name,
      version: code.number('version'),
      inputs: table.int32s('inputs').map((index) => tensors[index]!),
      output: tensors[table.int32s('outputs')[0]!]!,
      options: options === undefined ? {} : table.table('builtin_options', options[0])!.numbers(),
    }
  })
  const [signature] = model.tables('signature_defs', 'SignatureDef')
  const names = (field: string): Names =>
    signature!
      .tables(field, 'TensorMap')
      .map((map) => [map.text('name'), tensors[map.number('tensor_index')]!.name] as const)
  return {
    identifier: new TextDecoder().decode(bytes.subarray(4, 8)),
    tensors,
    operators,
    input: tensors[graph!.int32s('inputs')[0]!]!,
    outputs: graph!.int32s('outputs').map((index) => tensors[index]!),
    signature: { key: signature!.text('signature_key'), inputs: names('inputs'), outputs: names('outputs') },
  }
}

type Row = { readonly code: number; readonly options?: readonly [TableName, number] }

function nameOf(code: number): readonly [string, Row] {
  return Object.entries<Row>(OPERATORS).find(([, row]) => row.code === code)!
}

function readTensor(table: Table, buffers: readonly Table[]): ReadTensor {
  const quantization = table.table('quantization', 'QuantizationParameters')
  const { bytes, offset } = buffers[table.number('buffer')]!.bytes('data')
  const types = Object.entries(TENSOR_TYPES) as [TensorType, number][]
  return {
    name: table.text('name'),
    type: types.find(([, code]) => code === table.number('type'))![0],
    shape: table.int32s('shape'),
    signature: table.int32s('shape_signature'),
    scales: quantization?.float32s('scale') ?? [],
    zeroPoints: quantization?.int64s('zero_point') ?? [],
    axis: quantization?.number('quantized_dimension') ?? 0,
    data: bytes,
    offset,
  }
}

class Table {
  readonly #file: ByteBuffer
  readonly #at: number
  readonly #fields: Readonly<Record<string, readonly [number, FieldKind]>>

  constructor(file: ByteBuffer, at: number, name: TableName) {
    this.#file = file
    this.#at = at
    this.#fields = TABLES[name]
  }

  /** Where a field lies; 0: it was left out. */
  #place(field: string): number {
    const offset = this.#file.__offset(this.#at, 4 + 2 * this.#fields[field]![0])
    return offset === 0 ? 0 : this.#at + offset
  }

  number(field: string): number {
    const place = this.#place(field)
    if (place === 0) return 0
    const kind = this.#fields[field]![1]
    if (kind === 'float32') return this.#file.readFloat32(place)
    return kind === 'int32' || kind === 'uint32' ? this.#file.readInt32(place) : this.#file.readInt8(place)
  }

  numbers(): Record<string, number> {
    return Object.fromEntries(Object.keys(this.#fields).map((field) => [field, this.number(field)]))
  }

  text(field: string): string {
    return String(this.#file.__string(this.#place(field)))
  }

  table(field: string, name: TableName): Table | null {
    const place = this.#place(field)
    return place === 0 ? null : new Table(this.#file, this.#file.__indirect(place), name)
  }

  tables(field: string, name: TableName): Table[] {
    return this.#vector(field, 4, (at) => new Table(this.#file, this.#file.__indirect(at), name))
  }

  int32s(field: string): number[] {
    return this.#vector(field, 4, (at) => this.#file.readInt32(at))
  }

  float32s(field: string): number[] {
    return this.#vector(field, 4, (at) => this.#file.readFloat32(at))
  }

  int64s(field: string): number[] {
    return this.#vector(field, 8, (at) => Number(this.#file.readInt64(at)))
  }

  bytes(field: string): { bytes: Uint8Array | null; offset: number } {
    const place = this.#place(field)
    if (place === 0) return { bytes: null, offset: 0 }
    const offset = this.#file.__vector(place)
    return { bytes: this.#file.bytes().slice(offset, offset + this.#file.__vector_len(place)), offset }
  }

  #vector<T>(field: string, size: number, read: (at: number) => T): T[] {
    const place = this.#place(field)
    if (place === 0) return []
    const start = this.#file.__vector(place)
    return Array.from({ length: this.#file.__vector_len(place) }, (_, i) => read(start + i * size))
  }
}
