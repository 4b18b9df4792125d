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
})
