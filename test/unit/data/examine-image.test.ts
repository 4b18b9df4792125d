import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { examineImage } from '../../../src-main/data/examine-image.ts'
import { typeOfBytes, typeOfName } from '../../../src-main/data/image-type.ts'

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
})

describe('types', () => {
  it('of names ignore case, and know what promises nothing', () => {
    expect(['a.JPG', 'b.jpeg', 'c.tif', 'd', 'e.txt', '.png', 'x.toString'].map(typeOfName)).toEqual([
      'jpeg',
      'jpeg',
      'tiff',
      null,
      null,
      'png',
      null,
    ])
  })

  it('of bytes are told by content alone', () => {
    expect(typeOfBytes(Buffer.from('<!-- a --><svg>'))).toBe('svg')
    expect(typeOfBytes(Buffer.from('<html><svg>'))).toBe('unknown')
    const whole =
      '\uFEFF<?xml version="1.0"?>\n<!-- a -->\n<!doctype svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"> <SVG >'
    expect(typeOfBytes(Buffer.from(whole))).toBe('svg')
    expect(typeOfBytes(Buffer.from('<!-- <svg> '))).toBe('unknown')
    expect(typeOfBytes(Buffer.from('<?xml version="1.0"?>a<svg>'))).toBe('unknown')
    expect(typeOfBytes(new Uint8Array(0))).toBe('unknown')
  })

  it('of bytes take no time for hostile text', () => {
    const start = performance.now()
    typeOfBytes(Buffer.from('<?xml ' + '<!--'.repeat(2000)))
    typeOfBytes(Buffer.from('<!DOCTYPE '.repeat(200)))
    expect(typeOfBytes(Buffer.from('<!---->'.repeat(40)))).toBe('unknown')
    expect(performance.now() - start).toBeLessThan(200)
  })
})
