import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readJpegHead } from '../../../src-main/data/jpeg-head.ts'

const photo = sharp(new URL('../../fixtures/photos/coffee.jpg', import.meta.url).pathname).resize(40, 30)

/** A segment with its marker and length. */
const segment = (marker: number, ...body: number[]) => [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body] // prettier-ignore
const START = [0xff, 0xd8]
const SCAN = segment(0xda, 0)
const sizes = (components = 3, bits = 8) => segment(0xc0, bits, 0, 30, 0, 40, components, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1) // prettier-ignore
const exif = (...tiff: number[]) => segment(0xe1, ...Buffer.from('Exif\0\0'), ...tiff)
/** One entry of a directory in the order of Motorola. */
const motorola = (...entry: number[]) => exif(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0)
const turned = (value: number) => motorola(0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0)
const head = (...parts: number[][]) => readJpegHead(Uint8Array.from([...START, ...parts.flat()]))

describe('the head of a JPEG', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('says size and orientation %i, as libvips reads them', async (orientation) => {
    const bytes = await photo.clone().withMetadata({ orientation }).jpeg().toBuffer()
    const { width, height, orientation: expected } = await sharp(bytes).metadata()
    expect(readJpegHead(bytes)).toEqual({ width, height, orientation: expected })
  })

  it('is read from where a file begins in memory', () => {
    const file = readFileSync(new URL('../../fixtures/jpeg/444.jpg', import.meta.url))
    const within = new Uint8Array(file.length + 7)
    within.set(file, 5)
    expect(readJpegHead(within.subarray(5, 5 + file.length))).toEqual({ width: 151, height: 203, orientation: 6 })
  })

  it('has the first orientation where nothing is said of one', () => {
    const upright = { width: 40, height: 30, orientation: 1 }
    expect(head(sizes(), SCAN)).toEqual(upright)
    expect(head(motorola(0x01, 0x0f, 0, 2, 0, 0, 0, 1, 65, 0, 0, 0), sizes(), SCAN)).toEqual(upright)
    expect(head(turned(6), sizes(), SCAN)).toEqual({ ...upright, orientation: 6 })
  })

  it.each([
    ['no file', []],
    ['no scan', [sizes()]],
    ['no size', [SCAN]],
    ['a progressive file', [segment(0xc2, ...sizes().slice(4)), SCAN]],
    ['grey', [sizes(1), SCAN]],
    ['12 bits', [sizes(3, 12), SCAN]],
    ['a marker that is none', [[0, 0, 0, 4], sizes(), SCAN]],
    ['a length of nothing', [[0xff, 0xe0, 0, 0], sizes(), SCAN]],
    ['a segment beyond the end', [sizes(), [0xff, 0xe0, 9, 9]]],
    ['an orientation that there is not', [turned(9), sizes(), SCAN]],
    ['an orientation of 0', [turned(0), sizes(), SCAN]],
    ['two orientations', [turned(1), turned(6), sizes(), SCAN]],
    ['an orientation of another type', [motorola(0x01, 0x12, 0, 4, 0, 0, 0, 1, 0, 0, 0, 6), sizes(), SCAN]],
    ['EXIF without order', [exif(0, 0, 0, 42, 0, 0, 0, 8, 0, 0), sizes(), SCAN]],
    ['EXIF that ends early', [exif(0x4d, 0x4d, 0, 42), sizes(), SCAN]],
    ['a directory beyond EXIF', [exif(0x4d, 0x4d, 0, 42, 9, 9, 9, 9, 0, 0), sizes(), SCAN]],
    ['more entries than there are', [exif(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 9), sizes(), SCAN]],
  ] as [string, number[][]][])('of %s is left to libvips', (_, parts) => {
    expect(head(...parts)).toBeNull()
  })
})
