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

  it('refuses pixels that do not fit', () => {
    expect(() => encodePng(new Uint8Array(5), 2, 2, 1)).toThrow('Expected 4 bytes')
  })
})
