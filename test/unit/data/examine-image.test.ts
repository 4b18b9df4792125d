import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { examineImage } from '../../../src-main/data/examine-image.ts'
import { typeOfBytes } from '../../../src-main/data/image-type.ts'
import { makeBmp } from '../../support/bad-files.ts'
import { processorTime } from '../../support/processor-time.ts'

const make = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: { r: 10, g: 200, b: 90 },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })

/** A TIFF of 2 x 2 grey pixels whose compression is said to be this one (1: none, 34661: JBIG). */
function tiffOf(compression: number): Buffer {
  // Width, height, bits, compression, black is 0, where the pixels lie, channels, rows, bytes.
  const tags = [[256, 2], [257, 2], [258, 8], [259, compression], [262, 1], [273, 8], [277, 1], [278, 2], [279, 4]] as const // prettier-ignore
  const entries = tags.map(([tag, value]) => {
    const entry = Buffer.alloc(12)
    entry.set([tag & 255, tag >> 8, 4, 0, 1])
    entry.writeUInt32LE(value, 8)
    return entry
  })
  const start = Buffer.from([0x49, 0x49, 42, 0, 12, 0, 0, 0, 1, 2, 3, 4, tags.length, 0])
  return Buffer.concat([start, ...entries, Buffer.alloc(4)])
}

async function examine(bytes: Buffer, name: string) {
  const result = await examineImage(bytes, name)
  if (result.image === null) throw new Error(result.fault.message)
  return result.image
}

describe('examineImage', () => {
  it('draws a thumbnail of at most 160 pixels, upright, in the image’s shape', async () => {
    const image = await examine(await make(800, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer(), 'a.jpg')
    expect([image.width, image.height, image.channels]).toEqual([400, 800, 3])
    expect(typeOfBytes(image.thumb)).toBe('webp')
    expect(await sharp(image.thumb).metadata()).toMatchObject({ width: 80, height: 160 })
  })

  it('keeps grey images of at most 64 pixels exactly', async () => {
    const pixels = Uint8Array.from({ length: 28 * 28 }, (_, i) => i % 251)
    const raw = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).toColourspace('b-w')
    const image = await examine(await raw.tiff({ compression: 'none' }).toBuffer(), 'a.tif')
    expect([image.channels, typeOfBytes(image.thumb)]).toEqual([1, 'png'])
    expect([...(await sharp(image.thumb).extractChannel(0).raw().toBuffer())]).toEqual([...pixels])
  })

  it('counts a picture of grey as grey, with 16 bits as well', async () => {
    for (const [space, channels] of [
      ['b-w', 1],
      ['grey16', 1],
      ['rgb16', 3],
    ] as const) {
      const bytes = await make(30, 20).toColourspace(space).png().toBuffer()
      expect([space, (await examine(bytes, 'a.png')).channels]).toEqual([space, channels])
    }
  })

  it('takes a small file as its own thumbnail, but not one with transparency', async () => {
    const small = await make(30, 30).jpeg().toBuffer()
    expect((await examine(small, 'a.jpg')).thumb).toBe(small)
    const clear = await make(30, 30).ensureAlpha(0.5).png().toBuffer()
    const thumb = (await examine(clear, 'a.png')).thumb
    expect(thumb).not.toBe(clear)
    expect((await sharp(thumb).metadata()).hasAlpha).toBe(false)
  })

  it('notices damage in a file that would be its own thumbnail', async () => {
    const small = await make(30, 30).jpeg().toBuffer()
    expect(await examineImage(small.subarray(0, small.length - 200), 'a.jpg')).toMatchObject({
      fault: { code: 'truncated' },
    })
  })

  it('tells what an image is, by the contents alone', async () => {
    const bytes = await make(30, 20).png().toBuffer()
    expect(await examineImage(bytes, 'a.png')).toEqual({
      image: {
        type: 'png',
        contentHash: createHash('sha256').update(bytes).digest('hex'),
        width: 30,
        height: 20,
        channels: 3,
        thumb: bytes,
      },
      warning: null,
    })
    const says = async (name: string) => {
      const result = await examineImage(bytes, name)
      return result.image === null ? result.fault : result.warning
    }
    expect(await says('a.jpg')).toEqual({
      code: 'wrong-extension',
      message: 'The name says jpeg, the content is png; imported by its content.',
    })
    expect(await says('a')).toMatchObject({
      message: 'The name does not say that it is an image, the content is png; imported by its content.',
    })
  })

  it('draws files that are large in bytes or in pixels, or that a window cannot draw', async () => {
    const thumbOf = async (image: Sharp) => {
      const bytes = await image.toBuffer()
      const { thumb } = await examine(bytes, 'a')
      return thumb === bytes ? 'own' : `${typeOfBytes(thumb)} ${(await sharp(thumb).metadata()).width}`
    }
    const plain = (width: number) => sharp({ create: { width, height: 2, channels: 3, background: '#102030' } })
    expect(await thumbOf(plain(160).png())).toBe('own')
    expect(await thumbOf(plain(161).png())).toBe('webp 160')
    expect(await thumbOf(make(100, 100).png({ compressionLevel: 0 }))).toBe('webp 100')
    expect(await thumbOf(plain(20).gif())).toBe('webp 20')
    // What stands behind a picture's end counts as its bytes.
    const padded = async (bytes: number) => Buffer.concat([await plain(20).png().toBuffer()], bytes)
    for (const [bytes, isOwn] of [
      [20_000, true],
      [20_001, false],
    ] as const) {
      const file = await padded(bytes)
      expect((await examine(file, 'a.png')).thumb === file).toBe(isOwn)
    }
    expect(await thumbOf(plain(20).webp())).toBe('own')
    expect(await thumbOf(plain(20).toColourspace('rgb16').png())).toBe('webp 20')
    const grey = (width: number) => plain(width).toColourspace('b-w').tiff({ compression: 'none' })
    expect(await thumbOf(grey(64))).toBe('png 64')
    expect(await thumbOf(grey(65))).toBe('webp 65')
  })

  it('says why an image cannot be used', async () => {
    const fault = async (bytes: Uint8Array) => {
      const result = await examineImage(bytes, 'a.png')
      return result.image === null ? result.fault : null
    }
    const png = await make(30, 20).png().toBuffer()
    const noise = Buffer.concat([Buffer.from('RIFF\x40\0\0\0WEBPVP8 '), Buffer.alloc(60, 0x5a)])
    for (const broken of [noise, png.subarray(0, 20)]) expect(await fault(broken)).toMatchObject({ code: 'truncated' })
    expect(await fault(png.subarray(0, 400))).toMatchObject({
      code: 'truncated',
      message: expect.stringMatching(/^The image is truncated or damaged \([^\n]*png[^\n]*\)\.$/i) as string,
    })
    expect(await fault(Buffer.from('II*\0\x08\0\0\0', 'latin1'))).toEqual({
      code: 'truncated',
      message: 'The image is damaged: its header cannot be read.',
    })
    // A way of packing that is not read is no damage.
    expect(await fault(tiffOf(34_661))).toEqual({
      code: 'unsupported-format',
      message: expect.stringMatching(/^This variant of the format is not read \(.*JBIG.*\)\.$/) as string,
    })
    expect(await fault(tiffOf(1))).toBeNull()
    const huge = makeBmp(1, 1)
    huge.writeInt32LE(20_000, 18)
    huge.writeInt32LE(20_000, 22)
    expect(await fault(huge)).toEqual({
      code: 'too-large',
      message: 'Expected at most 100000000 pixels. Received: 20000 x 20000.',
    })
    const large = Buffer.from(png)
    large.writeUInt32BE(10_001, 16)
    large.writeUInt32BE(10_000, 20)
    large.writeUInt32BE(crc32(large.subarray(12, 29)), 29)
    expect(await fault(large)).toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/^Expected at most 100 million pixels\. Received: /) as string,
    })
    expect(await fault(Buffer.from('x'))).toMatchObject({ code: 'not-an-image' })
  })
})

describe('types', () => {
  it('of bytes take no time for hostile text', () => {
    const spent = processorTime()
    typeOfBytes(Buffer.from('<?xml ' + '<!--'.repeat(2000)))
    typeOfBytes(Buffer.from('<!DOCTYPE '.repeat(200)))
    expect(typeOfBytes(Buffer.from('<!---->'.repeat(40)))).toBe('unknown')
    expect(spent()).toBeLessThan(200)
  })
})
