import { describe, expect, it } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { decodeBmp } from '../../../src-main/data/bmp.ts'
import { makeBmp } from '../../support/bad-files.ts'

interface Parts {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly compression?: number
  /** Between the 40-byte header and the pixels: palette or masks. */
  readonly extra?: readonly number[]
  readonly colours?: number
  readonly rows: readonly (readonly number[])[]
}

/** Rows as they lie in the file (bottom up unless the height is negative), padded here to four bytes. */
function bmp({ width, height, bits, compression = 0, extra = [], colours = 0, rows }: Parts): Buffer {
  const header = Buffer.alloc(54)
  header.write('BM', 0, 'latin1')
  header.writeUInt32LE(54 + extra.length, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(width, 18)
  header.writeInt32LE(height, 22)
  header.writeUInt16LE(bits, 28)
  header.writeUInt32LE(compression, 30)
  header.writeUInt32LE(colours, 46)
  const padded = rows.map((row) => [...row, ...new Array<number>((4 - (row.length % 4)) % 4).fill(0)])
  return Buffer.concat([header, Buffer.from([...extra, ...padded.flat()])])
}

const u32 = (...values: number[]): number[] =>
  values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24])
const pixelsOf = (parts: Parts): number[] => [...decodeBmp(bmp(parts), 1000).data]

describe('decodeBmp', () => {
  it('reads 24 bits, bottom up and top down, blue first', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    expect(pixelsOf({ width: 1, height: 2, bits: 24, rows })).toEqual([6, 5, 4, 3, 2, 1])
    expect(pixelsOf({ width: 1, height: -2, bits: 24, rows })).toEqual([3, 2, 1, 6, 5, 4])
  })

  it('reads palettes of 1, 4 and 8 bits', () => {
    const extra = [0, 0, 255, 0, 0, 255, 0, 0]
    const [red, green] = [
      [255, 0, 0],
      [0, 255, 0],
    ]
    const palette = { height: 1, extra, colours: 2 }
    expect(pixelsOf({ ...palette, width: 3, bits: 1, rows: [[0b0100_0000]] })).toEqual([red, green, red].flat())
    expect(pixelsOf({ ...palette, width: 3, bits: 4, rows: [[0x01, 0x10]] })).toEqual([red, green, green].flat())
    expect(pixelsOf({ ...palette, width: 2, bits: 8, rows: [[1, 0]] })).toEqual([green, red].flat())
  })

  it('reads 16 bits (5-5-5 and by masks) and 32 bits', () => {
    expect(pixelsOf({ width: 2, height: 1, bits: 16, rows: [[0x00, 0x7c, 0x1f, 0x00]] })).toEqual([
      255, 0, 0, 0, 0, 255,
    ])
    const masks = u32(0xf800, 0x07e0, 0x001f)
    expect(pixelsOf({ width: 1, height: 1, bits: 16, compression: 3, extra: masks, rows: [[0xe0, 0x07]] })).toEqual([
      0, 255, 0,
    ])
    expect(pixelsOf({ width: 1, height: 1, bits: 32, rows: [[3, 2, 1, 0]] })).toEqual([1, 2, 3])
    expect(pixelsOf({ width: 2, height: 1, bits: 32, rows: [[3, 2, 1, 0, 6, 5, 4, 0]] })).toEqual([1, 2, 3, 4, 5, 6])
    const alpha = { compression: 6, extra: u32(0xff0000, 0xff00, 0xff, 0xff000000) }
    expect(pixelsOf({ width: 1, height: 1, bits: 32, ...alpha, rows: [[3, 2, 1, 128]] })).toEqual([1, 2, 3, 128])
  })

  it('refuses what it does not read, with the code of the problem', () => {
    const problemOf = (bytes: Buffer): unknown => {
      try {
        return decodeBmp(bytes, 1000)
      } catch (error) {
        return error instanceof GraftError ? error.details?.problem : error
      }
    }
    expect(problemOf(makeBmp(10, 10).subarray(0, 200))).toBe('truncated')
    expect(problemOf(makeBmp(10, 10).subarray(0, 20))).toBe('truncated')
    expect(problemOf(makeBmp(100, 100))).toBe('too-large')
    expect(problemOf(bmp({ width: 2, height: 1, bits: 8, compression: 1, rows: [[1, 2]] }))).toBe('unsupported-format')
    expect(problemOf(bmp({ width: 2, height: 1, bits: 7, rows: [[1, 2]] }))).toBe('truncated')
    expect(problemOf(bmp({ width: 0, height: 1, bits: 24, rows: [[]] }))).toBe('truncated')
  })

  it('takes colours by their masks, scaled to eight bits', () => {
    const one = (masks: number[], word: number, more: Partial<Parts> = {}) => {
      const parts = { width: 1, height: 1, bits: 32, compression: 3, extra: u32(...masks), rows: [u32(word)], ...more }
      return pixelsOf(parts)
    }
    // 16 of 31 is 131.6 of 255, 3 of 7 is 109.3, rounded down as Pillow does, and half of all 32 bits is half.
    expect(one([0x1f, 0xe0, 0], 0x70)).toEqual([131, 109, 0])
    expect(one([0xff000000, 0xff0000, 0xff00], 0x80402010)).toEqual([128, 64, 32])
    expect(one([0x7c00, 0x3e0, 0x1f], 0x41ff, { bits: 16, rows: [[0xff, 0x41]] })).toEqual([131, 123, 255])
    // The fourth word is alpha only where the header says that there is one.
    const four = [0xff0000, 0xff00, 0xff, 0xff000000]
    expect(one(four, 0x80030201)).toEqual([3, 2, 1])
    expect(one(four, 0x80030201, { compression: 6 })).toEqual([3, 2, 1, 128])
    expect(one([0xff0000, 0xff00, 0xff, 0], 0x80030201, { compression: 6 })).toEqual([3, 2, 1])
  })

  it('takes alpha of a header of 56 bytes, and not of one of 52', () => {
    const masks = u32(0xff0000, 0xff00, 0xff, 0xff000000)
    const sized = (size: number): number[] => {
      const bytes = bmp({ width: 1, height: 1, bits: 32, compression: 3, extra: masks, rows: [[1, 2, 3, 9]] })
      bytes.writeUInt32LE(size, 14)
      return [...decodeBmp(bytes, 10).data]
    }
    expect([sized(52), sized(56)]).toEqual([[3, 2, 1], [3, 2, 1, 9]]) // prettier-ignore
  })

  it('fills up short palettes with black, and takes no more entries than there can be', () => {
    const extra = [1, 2, 3, 0, 4, 5, 6, 0]
    expect(pixelsOf({ width: 4, height: 1, bits: 4, extra, colours: 2, rows: [[0x01, 0x2f]] })).toEqual([
      3, 2, 1, 6, 5, 4, 0, 0, 0, 0, 0, 0,
    ])
    expect(pixelsOf({ width: 2, height: 1, bits: 1, extra, colours: 0, rows: [[0x40]] })).toEqual([3, 2, 1, 6, 5, 4])
    expect(pixelsOf({ width: 2, height: 1, bits: 1, extra, colours: 99, rows: [[0x40]] })).toEqual([3, 2, 1, 6, 5, 4])
  })

  it('reads lines of any width: they are filled up to four bytes', () => {
    const ones = { height: 2, bits: 1, extra: [0, 0, 0, 0, 255, 255, 255, 0], colours: 2 }
    const bits = (width: number, rows: number[][]) => {
      const pixels = pixelsOf({ ...ones, width, rows })
      return Array.from({ length: width * 2 }, (_, i) => pixels[i * 3]! / 255).join('')
    }
    expect(bits(9, [[0x01, 0x80], [0x80, 0x00]])).toBe('100000000000000011') // prettier-ignore
    expect(bits(33, [[0, 0, 0, 1, 0x80], [0, 0, 0, 0, 0x80]])).toBe(`${'0'.repeat(32)}1${'0'.repeat(31)}11`) // prettier-ignore
    const greys = Array.from({ length: 5 }, (_, i) => [i, i, i, i + 9, i + 9, i + 9])
    expect(pixelsOf({ width: 2, height: 5, bits: 24, rows: greys })).toEqual(greys.toReversed().flat())
  })

  it('reads the short header of OS/2', () => {
    const core = (height: number, bits: number, palette: number[], row: number[]): Buffer => {
      const header = Buffer.alloc(26)
      header.write('BM', 0, 'latin1')
      header.writeUInt32LE(26 + palette.length, 10)
      header.writeUInt32LE(12, 14)
      header.writeUInt16LE(2, 18)
      header.writeInt16LE(height, 20)
      header.writeUInt16LE(1, 22)
      header.writeUInt16LE(bits, 24)
      return Buffer.concat([header, Buffer.from([...palette, ...row])])
    }
    expect([...decodeBmp(core(1, 24, [], [1, 2, 3, 4, 5, 6, 0, 0]), 10).data]).toEqual([3, 2, 1, 6, 5, 4])
    const two = [1, 2, 3, 4, 5, 6, 7, 8]
    expect([...decodeBmp(core(-2, 24, [], [...two, ...two.map((value) => value + 10)]), 10).data]).toEqual([
      3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14,
    ])
    const least = core(1, 24, [], [1, 2, 3, 0])
    least.writeUInt16LE(1, 18)
    expect([...decodeBmp(least, 10).data]).toEqual([3, 2, 1])
    // Entries of three bytes, and always all of them.
    expect([...decodeBmp(core(1, 1, [1, 2, 3, 4, 5, 6], [0x40, 0, 0, 0]), 10).data]).toEqual([3, 2, 1, 6, 5, 4])
    expect(() => decodeBmp(core(1, 1, [1, 2, 3, 4, 5], []), 10)).toThrow('its palette is incomplete')
  })

  it('says what is wrong', () => {
    const whole = bmp({ width: 2, height: 1, bits: 24, rows: [[1, 2, 3, 4, 5, 6]] })
    const changed = (change: (bytes: Buffer) => unknown): Buffer => {
      const bytes = Buffer.from(whole)
      change(bytes)
      return bytes
    }
    const message = (bytes: Buffer, most = 100): string => {
      try {
        return String(decodeBmp(bytes, most).width)
      } catch (error) {
        return error instanceof GraftError && error.code === 'E_SOURCE_FORMAT' ? error.message : String(error)
      }
    }
    const incomplete = 'Truncated or damaged: its header is incomplete'
    expect(message(whole)).toBe('2')
    expect(message(whole.subarray(0, 29))).toBe(incomplete)
    expect(message(whole.subarray(0, 17))).toBe(incomplete)
    expect(message(whole.subarray(0, 53))).toBe(incomplete)
    expect(message(changed((bytes) => bytes.writeUInt8(0x43, 0)))).toBe(incomplete)
    expect(message(changed((bytes) => bytes.writeUInt8(0x4e, 1)))).toBe(incomplete)
    expect(message(changed((bytes) => bytes.writeUInt32LE(39, 14)))).toBe(incomplete)
    expect(message(changed((bytes) => bytes.writeUInt32LE(13, 14)))).toBe(incomplete)
    expect(message(changed((bytes) => bytes.writeUInt32LE(48, 14)))).toBe('2')
    expect(message(changed((bytes) => bytes.writeUInt32LE(49, 14)))).toBe(incomplete)
    expect(message(whole.subarray(0, -1))).toBe('Truncated or damaged: its pixels end too early')
    expect(message(changed((bytes) => bytes.writeInt32LE(-2, 18)))).toBe(
      'Truncated or damaged: its size is not positive',
    )
    expect(message(changed((bytes) => bytes.writeInt32LE(0, 22)))).toBe(
      'Truncated or damaged: its size is not positive',
    )
    expect(message(whole, 2)).toBe('2')
    expect(message(whole, 1)).toBe('Expected at most 1 pixels. Received: 2 x 1')
    expect(message(changed((bytes) => bytes.writeUInt16LE(5, 28)))).toBe(
      'Truncated or damaged: 5 bits per pixel are not known',
    )
    expect(message(changed((bytes) => bytes.writeUInt32LE(1, 30)))).toContain('Compressed bitmaps are not read')
    const noMasks = bmp({ width: 1, height: 1, bits: 16, compression: 3, extra: [1, 2, 3, 4, 5, 6, 7], rows: [[0, 0]] })
    expect(message(noMasks.subarray(0, 65))).toBe('Truncated or damaged: its bit masks are missing')
    const short = bmp({ width: 1, height: 1, bits: 8, extra: [1, 2, 3, 0], colours: 3, rows: [[0]] })
    expect(message(short)).toBe('Truncated or damaged: its palette is incomplete')
  })
})
