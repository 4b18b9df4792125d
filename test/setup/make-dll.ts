const FILE_OFFSET = 0x200
const ADDRESS = 0x1000

/** A 64-bit Windows library that holds nothing but an import table (Microsoft, “PE Format”): enough for what reads that. */
export function dllThatImports(libraries: Record<string, readonly string[]>): Buffer {
  const wanted = Object.entries(libraries)
  const tables = wanted.map(([, names]) => (names.length + 1) * 8)
  const tableStart = (wanted.length + 1) * 20
  let next = tableStart + tables.reduce((sum, bytes) => sum + bytes, 0)
  const section = Buffer.alloc(0x4000)
  const place = (text: string, hintBytes: number): number => {
    const at = next
    section.write(`${text}\0`, at + hintBytes, 'latin1')
    next += hintBytes + text.length + 1
    return ADDRESS + at
  }
  wanted.forEach(([library, names], i) => {
    const table = tableStart + tables.slice(0, i).reduce((sum, bytes) => sum + bytes, 0)
    section.writeUInt32LE(ADDRESS + table, i * 20)
    section.writeUInt32LE(place(library, 0), i * 20 + 12)
    // Entries that begin with # are imported by their number.
    names.forEach((name, j) => {
      const entry = name.startsWith('#') ? (1n << 63n) | BigInt(name.slice(1)) : BigInt(place(name, 2))
      section.writeBigUInt64LE(entry, table + j * 8)
    })
  })
  return Buffer.concat([headers(section.length), section])
}

function headers(sectionBytes: number): Buffer {
  const bytes = Buffer.alloc(FILE_OFFSET)
  bytes.write('MZ', 0, 'latin1')
  bytes.writeUInt32LE(0x80, 60)
  bytes.write('PE\0\0', 0x80, 'latin1')
  bytes.writeUInt16LE(1, 0x80 + 6)
  bytes.writeUInt16LE(240, 0x80 + 20)
  const optional = 0x80 + 24
  bytes.writeUInt16LE(0x20b, optional)
  bytes.writeUInt32LE(ADDRESS, optional + 112 + 8)
  const entry = optional + 240
  bytes.write('.idata', entry, 'latin1')
  bytes.writeUInt32LE(sectionBytes, entry + 8)
  bytes.writeUInt32LE(ADDRESS, entry + 12)
  bytes.writeUInt32LE(sectionBytes, entry + 16)
  bytes.writeUInt32LE(FILE_OFFSET, entry + 20)
  return bytes
}
