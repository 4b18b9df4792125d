import type { Builder } from 'flatbuffers'
import type { FieldKind, TableName } from './schema.ts'
import { TABLES } from './schema.ts'

/** Interpreters read constants where they lie, at addresses that their processors like. */
const DATA_ALIGNMENT = 16

/** Writes a table of the schema and gives its offset; offsets in it are of what was written before. What is 0 or false is left out. */
export function writeTable(
  builder: Builder,
  table: TableName,
  values: Readonly<Record<string, number | boolean>>,
): number {
  const fields: Readonly<Record<string, readonly [number, FieldKind]>> = TABLES[table]
  builder.startObject(Math.max(0, ...Object.values(fields).map(([slot]) => slot + 1)))
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name]
    if (field === undefined) throw new Error(`${table} has no field ${name}`)
    writeField(builder, field, Number(value))
  }
  return builder.endObject()
}

function writeField(builder: Builder, [slot, kind]: readonly [number, FieldKind], value: number): void {
  if (kind === 'offset') builder.addFieldOffset(slot, value, 0)
  else if (kind === 'float32') builder.addFieldFloat32(slot, value, 0)
  else if (kind === 'int32' || kind === 'uint32') builder.addFieldInt32(slot, value, 0)
  else builder.addFieldInt8(slot, value, 0)
}

export function writeTables(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4)
  for (const offset of offsets.toReversed()) builder.addOffset(offset)
  return builder.endVector()
}

export function writeNumbers(builder: Builder, kind: 'int32' | 'float32', values: readonly number[]): number {
  builder.startVector(4, values.length, 4)
  for (const value of values.toReversed()) {
    if (kind === 'int32') builder.addInt32(value)
    else builder.addFloat32(value)
  }
  return builder.endVector()
}

export function writeInt64s(builder: Builder, values: readonly number[]): number {
  builder.startVector(8, values.length, 8)
  for (const value of values.toReversed()) builder.addInt64(BigInt(value))
  return builder.endVector()
}

/** Bytes at once: number by number a large network would take seconds. */
export function writeBytes(builder: Builder, bytes: Uint8Array): number {
  builder.prep(DATA_ALIGNMENT, bytes.length)
  return builder.createByteVector(bytes)
}
