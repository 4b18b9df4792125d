import { closeSync, openSync, readSync } from 'node:fs'

const SECTION_BYTES = 40
const DESCRIPTOR_BYTES = 20
const IMPORTED_BY_NUMBER = 1n << 63n
const LONGEST_NAME = 512

/**
 * What a 64-bit Windows library imports: names of functions by the library they come from, as its import table has them
 * (Microsoft, “PE Format”, “The .idata Section”). What is imported by number has no name and is left out. The file is read piece by piece: TensorFlow's has a gigabyte.
 * @returns {Map<string, string[]>}
 */
export function importsOf(path) {
  const file = openSync(path)
  const read = (offset, length) => {
    const bytes = Buffer.alloc(length)
    readSync(file, bytes, 0, length, offset)
    return bytes
  }
  try {
    const { tableAddress, sections } = readHeaders(read, path)
    const at = (address) => offsetOf(sections, address)
    const text = (address) => textOf(read(at(address), LONGEST_NAME))
    const found = new Map()
    for (let place = at(tableAddress); tableAddress !== 0; place += DESCRIPTOR_BYTES) {
      const descriptor = read(place, DESCRIPTOR_BYTES)
      const [names, library] = [descriptor.readUInt32LE(0), descriptor.readUInt32LE(12)]
      if (library === 0) break
      found.set(text(library), namesAt(read, at(names)).map(text))
    }
    return found
  } finally {
    closeSync(file)
  }
}

function readHeaders(read, path) {
  const start = read(0, 64)
  const at = start.readUInt32LE(60)
  const header = read(at, 24)
  if (start.toString('latin1', 0, 2) !== 'MZ' || header.toString('latin1', 0, 4) !== 'PE\0\0') {
    throw new Error(`${path} is not a library of Windows`)
  }
  const [sectionCount, optionalBytes] = [header.readUInt16LE(6), header.readUInt16LE(20)]
  // The second of the data directories, which begin at byte 112 of a 64-bit optional header.
  const tableAddress = read(at + 24 + 112 + 8, 4).readUInt32LE(0)
  const table = read(at + 24 + optionalBytes, sectionCount * SECTION_BYTES)
  const sections = Array.from({ length: sectionCount }, (_, i) => ({
    bytes: table.readUInt32LE(i * SECTION_BYTES + 16),
    address: table.readUInt32LE(i * SECTION_BYTES + 12),
    offset: table.readUInt32LE(i * SECTION_BYTES + 20),
  }))
  return { tableAddress, sections }
}

function offsetOf(sections, address) {
  const section = sections.find((one) => address >= one.address && address < one.address + one.bytes)
  if (!section) throw new Error(`no section of the library holds the address ${address}`)
  return section.offset + address - section.address
}

/** Addresses of names, each after the two bytes of its hint. */
function namesAt(read, place) {
  const addresses = []
  for (let at = place; ; at += 8) {
    const entry = read(at, 8).readBigUInt64LE(0)
    if (entry === 0n) return addresses
    if ((entry & IMPORTED_BY_NUMBER) === 0n) addresses.push(Number(entry) + 2)
  }
}

function textOf(bytes) {
  return bytes.toString('latin1', 0, bytes.indexOf(0))
}
