import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { bytesSource } from '../../../../../src-main/learning/importers/files/byte-source.ts'
import { openZip, zipOf } from '../../../../../src-main/learning/importers/files/zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const text = strToU8('weights '.repeat(1000))
const archive = (): Uint8Array =>
  zipSync({ 'a/stored.bin': [text, { level: 0 }], 'deflated.txt': [text, { level: 6 }] })
const broken = (message: string): unknown =>
  expect.objectContaining({ code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string })

/** A copy with the number at an offset of each directory record (or local header) put to another. */
function withNumber(bytes: Uint8Array, signature: number, offset: number, value: number, size: 2 | 4): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  for (let at = 0; at + 4 <= copy.length; at++) {
    if (view.getUint32(at, true) !== signature) continue
    if (size === 2) view.setUint16(at + offset, value, true)
    else view.setUint32(at + offset, value, true)
  }
  return copy
}
const DIRECTORY = 0x02014b50

describe('zip', () => {
  it('reads stored and deflated entries, whole and in pieces', () => {
    const path = join(folder, 'a.zip')
    writeFileSync(path, archive())
    const zip = openZip(path)
    expect([...zip.entries.keys()]).toEqual(['a/stored.bin', 'deflated.txt'])
    for (const entry of zip.entries.values()) {
      expect(entry.size).toBe(8000)
      expect(entry.read()).toEqual(text)
      expect(entry.source().read(8, 7, 'a piece')).toEqual(strToU8('weights'))
      expect(() => entry.source().read(7999, 2, 'a piece')).toThrow(broken('a piece'))
    }
    zip.close()
  })

  it('reads archives with 64-bit sizes', () => {
    const name = strToU8('x')
    const extra = new DataView(new ArrayBuffer(28))
    extra.setUint16(0, 1, true)
    extra.setUint16(2, 24, true)
    extra.setBigUint64(4, 3n, true)
    extra.setBigUint64(12, 3n, true)
    const local = [...u32(0x04034b50), ...u16(45), ...zeros(8), ...u32(crcOfAbc), ...u32(3), ...u32(3), ...u16(1), ...u16(0), ...name, ...strToU8('abc')] // prettier-ignore
    const all = u32(0xffffffff)
    const record = [...u32(DIRECTORY), ...u16(45), ...u16(45), ...zeros(8), ...u32(crcOfAbc), ...all, ...all, ...u16(1), ...u16(28), ...zeros(10), ...all, ...name, ...new Uint8Array(extra.buffer)] // prettier-ignore
    const start = local.length
    const end64 = [...u32(0x06064b50), ...u64(44), ...zeros(4), ...zeros(8), ...u64(1), ...u64(1), ...u64(record.length), ...u64(start)] // prettier-ignore
    const locator = [...u32(0x07064b50), ...zeros(4), ...u64(start + record.length), ...u32(1)]
    const end = [...u32(0x06054b50), ...zeros(4), ...u16(0xffff), ...u16(0xffff), ...all, ...all, ...u16(0)]
    const zip = zipOf(bytesSource(Uint8Array.from([...local, ...record, ...end64, ...locator, ...end])))
    expect(zip.entry('x').read()).toEqual(strToU8('abc'))
  })

  it('says what an archive lacks', () => {
    const zip = zipOf(bytesSource(archive()))
    expect(() => zip.entry('config.json')).toThrow(
      broken('Expected config.json in the archive. Received: a/stored.bin'),
    )
    expect(() => openZip(join(folder, 'none.zip'))).toThrow(broken('cannot be opened'))
    expect(() => openZip(folder)).toThrow(broken('Expected a file'))
  })

  it('refuses bombs before it inflates them, by what they claim and by what they hold', () => {
    const bomb = zipSync({ bomb: [new Uint8Array(17 * 2 ** 20), { level: 1 }] })
    expect(() => zipOf(bytesSource(bomb)).entry('bomb').read()).toThrow(broken('to expand to at most 16777216 bytes'))
    const liar = withNumber(bomb, DIRECTORY, 24, 1000, 4)
    expect(() => zipOf(bytesSource(liar)).entry('bomb').read()).toThrow(broken('to expand to 1000 bytes'))
    const claims = withNumber(zipSync({ a: [strToU8('abc'), { level: 9 }] }), DIRECTORY, 24, 5, 4)
    expect(() => zipOf(bytesSource(claims)).entry('a').read()).toThrow(broken('to expand to 5 bytes'))
  })

  it.each([
    ['no archive', (): Uint8Array => strToU8('not a zip'), 'Expected a zip archive'],
    ['cut off', () => archive().slice(0, 4000), 'Expected a zip archive'],
    ['encrypted', () => withNumber(archive(), DIRECTORY, 8, 1, 2), 'is encrypted'],
    ['another compression', () => withNumber(archive(), DIRECTORY, 10, 12, 2), 'compression method 12'],
    ['stored with two sizes', () => withNumber(archive(), DIRECTORY, 24, 9, 4), 'two sizes'],
    ['other bytes in the directory', () => withNumber(archive(), DIRECTORY, 0, 7, 4), 'entry 0'],
    ['a directory outside', () => withNumber(archive(), 0x06054b50, 16, 1e6, 4), 'the directory of the archive'],
    ['equal names', () => withEqualNames(), 'two entries named'],
  ])('refuses an archive: %s', (_case, bytes, message) => {
    expect(() => zipOf(bytesSource(bytes()))).toThrow(broken(message))
  })

  it('refuses entries that lie elsewhere or are damaged', () => {
    const outside = zipOf(bytesSource(withNumber(archive(), DIRECTORY, 42, 1e6, 4)))
    expect(() => outside.entry('deflated.txt').read()).toThrow(broken('the header of the entry deflated.txt'))
    const other = zipOf(bytesSource(withNumber(archive(), DIRECTORY, 42, 5, 4)))
    expect(() => other.entry('deflated.txt').read()).toThrow(broken('Expected a local header'))
    const damaged = zipOf(bytesSource(withNumber(archive(), DIRECTORY, 16, 1, 4)))
    expect(() => damaged.entry('a/stored.bin').read()).toThrow(broken('checksum'))
  })
})

const crcOfAbc = 0x352441c2
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)
const u16 = (value: number): number[] => [value & 255, value >> 8]
const u32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]
const u64 = (value: number): number[] => [...u32(value), ...zeros(4)]

/** Two entries of one name: `b` renamed to `a`. */
function withEqualNames(): Uint8Array {
  const two = zipSync({ a: strToU8('1'), b: strToU8('2') })
  return two.map((value) => (value === 'b'.charCodeAt(0) ? 'a'.charCodeAt(0) : value))
}
