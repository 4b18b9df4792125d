import { crc32, inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../../src-main/data/png.ts'

describe('encodePng', () => {
  it.each([1, 3, 4] as const)('is read back exactly by a real decoder (%s channels)', async (channels) => {
    const pixels = Uint8Array.from({ length: 5 * 3 * channels }, (_, i) => (i * 41) % 256)
    const { data, info } = await sharp(encodePng(pixels, 5, 3, channels))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([5, 3])
    expect(info.channels === channels || channels === 1).toBe(true)
    const step = info.channels / channels
    expect(Array.from(pixels, (_, i) => data[i * step])).toEqual([...pixels])
  })

  it('is a signature, a header, the lines each with filter 0, and an end', () => {
    const bytes = Buffer.from(encodePng(Uint8Array.from([1, 2, 3, 4, 5, 6]), 3, 2, 1))
    expect(bytes.toString('hex', 0, 16)).toBe('89504e470d0a1a0a0000000d49484452')
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20), ...bytes.subarray(24, 29)]).toEqual([3, 2, 8, 0, 0, 0, 0])
    expect(bytes.readUInt32BE(29)).toBe(crc32(bytes.subarray(12, 29)))
    const length = bytes.readUInt32BE(33)
    expect(bytes.toString('latin1', 37, 41)).toBe('IDAT')
    expect([...inflateSync(bytes.subarray(41, 41 + length))]).toEqual([0, 1, 2, 3, 0, 4, 5, 6])
    expect(bytes.toString('hex', 45 + length)).toBe('0000000049454e44ae426082')
  })

  it.each([
    [1, 0],
    [3, 2],
    [4, 6],
  ] as const)('says the kind of %s channels', (channels, kind) => {
    expect(encodePng(new Uint8Array(channels), 1, 1, channels)[25]).toBe(kind)
  })

  it('refuses pixels that do not fit', () => {
    expect(() => encodePng(new Uint8Array(5), 2, 2, 1)).toThrow('Expected 4 bytes')
  })
})
