import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeToSize, resizeRaw } from '../../../src-main/data/decode.ts'
import type { PixelSize } from '../../../src-main/data/pixel-size.ts'
import { examineImage } from '../../../src-main/data/examine-image.ts'
import { makeBmp } from '../../support/bad-files.ts'

const size = (height: number, width: number, more: Partial<PixelSize> = {}): PixelSize => ({
  height,
  width,
  channels: 3,
  resize: 'stretch',
  ...more,
})
const GREY: Partial<PixelSize> = { channels: 1 }
const grey = (pixels: readonly number[], width: number) =>
  sharp(Uint8Array.from(pixels), { raw: { width, height: pixels.length / width, channels: 1 } }).toColourspace('b-w')

describe('decodeToSize', () => {
  it('keeps every pixel at the image’s own size', async () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 13)
    const png = await sharp(pixels, { raw: { width: 3, height: 2, channels: 3 } })
      .png()
      .toBuffer()
    expect([...(await decodeToSize(png, size(2, 3)))]).toEqual([...pixels])
  })

  it('averages every source pixel when reducing: nothing aliases', async () => {
    // Lines of one pixel, black and white: skipping pixels would give all black or all white.
    const lines = Array.from({ length: 64 * 64 }, (_, i) => ((i % 64) % 2) * 255)
    const png = await grey(lines, 64).png().toBuffer()
    for (const value of await decodeToSize(png, size(8, 8, GREY))) expect(Math.abs(value - 127.5)).toBeLessThan(12)
  })

  it('is bilinear when enlarging', async () => {
    const png = await grey([0, 200], 2).png().toBuffer()
    // Centres of 4 pixels over 2: at -0.25, 0.25, 0.75, 1.25 of the source's pixels.
    expect([...(await decodeToSize(png, size(1, 4, GREY)))]).toEqual([0, 50, 150, 200])
  })

  it('crops and enlarges a long image, and stretches one side while reducing the other', async () => {
    const tall = await grey([9, 9, 0, 200, 0, 200, 9, 9], 2).png().toBuffer()
    const covered = await decodeToSize(tall, size(4, 4, { ...GREY, resize: 'cover' }))
    expect([...covered.subarray(4, 8)]).toEqual([0, 50, 150, 200])
    const wide = await grey([0, 0, 200, 200, 100, 100, 100, 100], 4).png().toBuffer()
    // Reduced by two with weights 3/7 3/7 1/7 at the edge: [29, 171] and [100, 100]; then between them at 0, 1/4, 3/4, 1.
    expect([...(await decodeToSize(wide, size(4, 2, GREY)))]).toEqual([29, 171, 47, 153, 82, 118, 100, 100])
    // Across comes first: 25, 75, 175 and 125, which are reduced after.
    const turned = await grey([0, 100, 0, 100, 200, 100, 200, 100], 2).png().toBuffer()
    expect([...(await decodeToSize(turned, size(2, 4, GREY)))]).toEqual([29, 46, 82, 100, 171, 154, 118, 100])
  })

  it('covers by cropping around the middle, or stretches', async () => {
    const png = await grey([0, 100, 100, 0], 4).png().toBuffer()
    expect([...(await decodeToSize(png, size(1, 2, { ...GREY, resize: 'cover' })))]).toEqual([100, 100])
    const tall = await grey([10, 10, 200, 200, 200, 200, 10, 10], 2).png().toBuffer()
    expect(new Set(await decodeToSize(tall, size(2, 2, { ...GREY, resize: 'cover' })))).toEqual(new Set([200]))
    expect([...(await decodeToSize(tall, size(4, 1, GREY)))]).toEqual([10, 200, 200, 10])
  })

  it('covers by the middle of a long image when reducing, either way', async () => {
    const cover = { ...GREY, resize: 'cover' } as const
    // The middle four of twelve, reduced by two with weights 1/8 3/8 3/8 1/8, which reach a pixel beyond the middle.
    const line = [9, 9, 9, 9, 40, 40, 120, 120, 9, 9, 9, 9]
    const wide = await grey([...line, ...line, ...line, ...line], 12)
      .png()
      .toBuffer()
    expect([...(await decodeToSize(wide, size(2, 2, cover)))]).toEqual([46, 96, 46, 96])
    const column = line.flatMap((value) => [value, value, value, value])
    const tall = await grey(column, 4).png().toBuffer()
    expect([...(await decodeToSize(tall, size(2, 2, cover)))]).toEqual([46, 46, 96, 96])
  })

  it('makes grey of colour as other programs do: BT.601 on the encoded values', async () => {
    const primaries = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 100, 150, 200])
    const png = await sharp(primaries, { raw: { width: 5, height: 1, channels: 3 } })
      .png()
      .toBuffer()
    expect([...(await decodeToSize(png, size(1, 5, GREY)))]).toEqual([76, 150, 29, 255, 141])
    const shape = { height: 1, width: 5, channels: 3 } as const
    expect([...resizeRaw(primaries, shape, size(1, 5, GREY))]).toEqual([76, 150, 29, 255, 141])
  })

  it('crops on the same centre when reducing as when enlarging', async () => {
    // A ramp of 4 per pixel around 128 in the middle: reduced and cropped, it has the same middle; half an output pixel off is 4 more.
    for (const [width, out] of [
      [45, 10],
      [46, 10],
      [45, 11],
      [46, 11],
    ] as const) {
      const line = Array.from({ length: width }, (_, x) => 128 + 4 * (x + 0.5 - width / 2))
      const png = await grey(Array.from({ length: 2 * out }, () => line).flat(), width)
        .png()
        .toBuffer()
      const covered = await decodeToSize(png, size(out, out, { ...GREY, resize: 'cover' }))
      const [first = 0, last = 0] = [covered[0], covered[out - 1]]
      expect(Math.abs((first + last) / 2 - 128), `${width} to ${out}`).toBeLessThanOrEqual(1)
      const turned = await sharp(png).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer()
      expect([...(await decodeToSize(turned, size(out, out, { ...GREY, resize: 'cover' })))]).toEqual([...covered])
    }
  })

  it('turns images upright', async () => {
    // Stored as a row [0, 100, 200]; orientation 6 says: turn clockwise, so it is a column from the top.
    const png = await grey([0, 100, 200], 3).withMetadata({ orientation: 6 }).png().toBuffer()
    expect([...(await decodeToSize(png, size(3, 1, GREY)))]).toEqual([0, 100, 200])
    const other = await grey([0, 100, 200], 3).withMetadata({ orientation: 8 }).png().toBuffer()
    expect([...(await decodeToSize(other, size(3, 1, GREY)))]).toEqual([200, 100, 0])
  })

  it('lays transparency over white', async () => {
    const clear = await sharp({
      create: { width: 2, height: 2, channels: 4, background: { r: 9, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    expect(new Set(await decodeToSize(clear, size(2, 2)))).toEqual(new Set([255]))
    const half = await sharp({
      create: { width: 1, height: 1, channels: 4, background: { r: 0, g: 0, b: 255, alpha: 0.5 } },
    })
      .png()
      .toBuffer()
    const [red, green, blue] = await decodeToSize(half, size(1, 1))
    expect([red, green, blue]).toEqual([expect.closeTo(127, -0.5), expect.closeTo(127, -0.5), 255])
  })

  it('brings 16 bits, palettes, grey and CMYK to 8 bits of the asked channels', async () => {
    const background = { r: 200, g: 100, b: 50 }
    const plain = sharp({ create: { width: 8, height: 8, channels: 3, background } })
    const kinds = [
      await plain.clone().toColourspace('rgb16').png().toBuffer(),
      await plain.clone().png({ palette: true }).toBuffer(),
      await plain.clone().tiff().toBuffer(),
      await plain.clone().webp({ lossless: true }).toBuffer(),
    ]
    for (const bytes of kinds) expect([...(await decodeToSize(bytes, size(1, 1)))]).toEqual([200, 100, 50])
    const cmyk = await plain.clone().toColourspace('cmyk').tiff({ compression: 'none' }).toBuffer()
    const inks = await sharp(cmyk).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer()
    const [cyan = 0, magenta = 0, yellow = 0, black = 0] = inks
    const light = 255 - black
    const left = [cyan, magenta, yellow].map((ink) => light - Math.round((ink * light) / 255))
    expect([...(await decodeToSize(cmyk, size(1, 1)))]).toEqual(left)
    const [luma] = await decodeToSize(kinds[0] as Buffer, size(1, 1, GREY))
    expect(luma).toBeGreaterThan(100)
    expect(luma).toBeLessThan(150)
    const fromGrey = await decodeToSize(await grey([77], 1).png().toBuffer(), size(1, 1))
    expect([...fromGrey]).toEqual([77, 77, 77])
  })

  it('takes the upper eight of 16 bits, under transparency, too', async () => {
    const values = Uint16Array.from([255, 0x12ff, 0xfeff, 0xffff, 0x8000, 0x40ff, 0x0100, 0x80ff])
    const png = await sharp(values, { raw: { width: 2, height: 1, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const half = (value: number) => Math.round((value * 128) / 255) + 127
    expect([...(await decodeToSize(png, size(1, 2)))]).toEqual([0, 0x12, 0xfe, half(128), half(64), half(1)])
    const grey16 = await sharp(Uint16Array.from([255, 0x12ff, 0xfeff, 0x8080]), {
      raw: { width: 4, height: 1, channels: 1 },
    })
    const greyPng = await grey16.toColourspace('grey16').png().toBuffer()
    expect([...(await decodeToSize(greyPng, size(1, 4, GREY)))]).toEqual([0, 0x12, 0xfe, 0x80])
  })

  it('leaves colour profiles aside', async () => {
    const plain = sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 200, g: 100, b: 50 } } })
    const tagged = await plain.clone().withIccProfile('p3').png().toBuffer()
    const written = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer()
    expect([...written.subarray(0, 3)]).not.toEqual([200, 100, 50])
    expect([...(await decodeToSize(tagged, size(1, 1)))]).toEqual([...written.subarray(0, 3)])
  })

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(12, 250), Buffer.alloc(12, 5)])
    const gif = await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
      .gif()
      .toBuffer()
    const pixels = await decodeToSize(gif, size(2, 2))
    expect(Math.min(...pixels)).toBeGreaterThan(240)
  })

  it('reads bitmaps and files by their path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-decode-'))
    const path = join(folder, 'a.bmp')
    writeFileSync(path, makeBmp(3, 2))
    expect([...(await decodeToSize(path, size(1, 1)))]).toEqual([0x40, 0x40, 0x40])
    rmSync(folder, { recursive: true })
  })

  it('reads a real photograph much like a careful area average', async () => {
    const photo = fileURLToPath(new URL('../../fixtures/photos/coffee.jpg', import.meta.url))
    const pixels = await decodeToSize(photo, size(32, 48))
    const reference = await sharp(photo)
      .resize(48, 32, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('srgb')
      .raw()
      .toBuffer()
    const difference = pixels.reduce((sum, value, i) => sum + Math.abs(value - (reference[i] ?? 0)), 0) / pixels.length
    expect(difference).toBeLessThan(6)
  })

  it('refuses what an import refuses: drawings, and values without a known white', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>',
    )
    await expect(decodeToSize(svg, size(1, 1))).rejects.toMatchObject({
      code: 'E_DATASET_UNUSABLE',
      message: expect.stringContaining('SVG drawings are not read') as string,
      fix: 'Convert the file, or leave it out.',
    })
    for (const [name, kind] of [
      ['float01', 'floating point'],
      ['int32', 'signed numbers of 32 bits'],
    ]) {
      const tiff = readFileSync(new URL(`../../fixtures/photos/${name}.tif`, import.meta.url))
      await expect(decodeToSize(tiff, size(1, 1))).rejects.toThrow(
        `(0 is black, the largest is white). Received: ${kind}`,
      )
      expect(await examineImage(tiff, 'a.tif')).toMatchObject({
        fault: { code: 'unsupported-format', message: expect.stringContaining(`Received: ${kind}`) },
      })
    }
    const ushort = await sharp(Uint16Array.from([0, 65535, 32896, 257]), { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'none' })
      .toBuffer()
    expect((await examineImage(ushort, 'a.tif')).image).not.toBeNull()
    expect([...(await decodeToSize(ushort, size(2, 2, GREY)))]).toEqual([0, 255, 128, 1])
  })

  it('refuses damaged images', async () => {
    const jpeg = await grey([1, 2, 3, 4], 2).jpeg().toBuffer()
    await expect(decodeToSize(jpeg.subarray(0, jpeg.length - 20), size(1, 1))).rejects.toThrow()
    await expect(decodeToSize(Buffer.from('no image'), size(1, 1))).rejects.toThrow()
  })
})

describe('resizeRaw', () => {
  it('enlarges along either side alone', () => {
    const pixels = Uint8Array.from([0, 200])
    expect([...resizeRaw(pixels, { height: 1, width: 2, channels: 1 }, size(1, 4, GREY))]).toEqual([0, 50, 150, 200]) // prettier-ignore
    expect([...resizeRaw(pixels, { height: 2, width: 1, channels: 1 }, size(4, 1, GREY))]).toEqual([0, 50, 150, 200]) // prettier-ignore
  })

  it('reduces as files are reduced', () => {
    const pixels = Uint8Array.from([0, 0, 200, 200])
    expect([...resizeRaw(pixels, { height: 1, width: 4, channels: 1 }, size(1, 2, GREY))]).toEqual([29, 171])
  })

  it('passes on what fits, and makes grey into colour and back', () => {
    const pixels = Uint8Array.from([1, 2, 3, 4])
    const shape = { height: 2, width: 2, channels: 1 } as const
    expect(resizeRaw(pixels, shape, size(2, 2, GREY))).toBe(pixels)
    expect([...resizeRaw(pixels, shape, size(2, 2))]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    expect([...resizeRaw(Uint8Array.from([9, 9, 9]), { height: 1, width: 1, channels: 3 }, size(1, 1, GREY))]).toEqual([
      9,
    ])
  })
})
