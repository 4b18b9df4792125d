import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { bitsBetween } from '../../../../src-main/learning/labelling/pairs/hash-pairs.ts'
import { type GreyFigures, greyFigures } from '../../../../src-main/learning/labelling/pictures/grey-figures.ts'
import { greyPicture } from '../../../../src-main/learning/labelling/pictures/grey-picture.ts'
import { perceptualHash } from '../../../../src-main/learning/labelling/pictures/perceptual-hash.ts'
import { pictureFaults } from '../../../../src-main/learning/labelling/pictures/picture-faults.ts'

const PHOTOS = ['astronaut', 'brick', 'chelsea', 'coffee', 'grass', 'gravel', 'hubble_deep_field', 'rocket']
const file = (name: string) => fileURLToPath(new URL(`../../../fixtures/photos/${name}.jpg`, import.meta.url))

async function grey(image: Sharp, side = 224) {
  const { data, info } = await image
    .resize(side, side, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return greyPicture(data, 0, { width: info.width, height: info.height, channels: info.channels })
}

const hashesOf = (...pictures: [number, number][]) => Uint32Array.from(pictures.flat())
const figuresOf = async (image: Sharp): Promise<GreyFigures> => greyFigures(await grey(image))

describe('perceptual hash', () => {
  it('by hand: the frequencies of a cosine are one bit beside the mean', () => {
    const values = Float32Array.from(
      { length: 1024 },
      (_, at) => 100 + 50 * Math.cos((Math.PI * 3 * (2 * (at % 32) + 1)) / 64),
    )
    const [first, second] = perceptualHash({ values, width: 32, height: 32 })
    expect(first).toBe(((1 << 31) | (1 << 28)) >>> 0)
    expect(second).toBe(0)
  })

  it.each(PHOTOS)('of %s survives scaling, strong compression and a lighter copy', async (name) => {
    const own = perceptualHash(await grey(sharp(file(name))))
    const small = perceptualHash(await grey(sharp(await sharp(file(name)).resize(160).png().toBuffer())))
    const packed = perceptualHash(await grey(sharp(await sharp(file(name)).jpeg({ quality: 30 }).toBuffer())))
    const lighter = perceptualHash(await grey(sharp(await sharp(file(name)).linear(0.9, 20).png().toBuffer())))
    const otherSize = perceptualHash(await grey(sharp(file(name)), 96))
    for (const copy of [small, packed, lighter, otherSize])
      expect(bitsBetween(hashesOf(own, copy), 0, 1)).toBeLessThanOrEqual(6)
  })

  it('of different photographs differs in many bits', async () => {
    const hashes = hashesOf(
      ...(await Promise.all(PHOTOS.map(async (name) => perceptualHash(await grey(sharp(file(name))))))),
    )
    for (let a = 0; a < PHOTOS.length; a++)
      for (let b = 0; b < a; b++) expect(bitsBetween(hashes, a, b)).toBeGreaterThan(14)
  })

  it('of a blank picture is that of any other', () => {
    const blank = (value: number, side: number) =>
      perceptualHash({ values: new Float32Array(side * side).fill(value), width: side, height: side })
    expect(blank(128, 28)).toEqual(blank(250, 224))
    expect(blank(0, 28)).toEqual([0, 0])
  })
})

describe('poor pictures', () => {
  it('by hand: percentiles, deviation and the Laplacian of a checkerboard', () => {
    const values = Float32Array.from({ length: 100 }, (_, at) =>
      ((at % 10) + Math.floor(at / 10)) % 2 === 0 ? 100 : 200,
    )
    // The Laplacian of each inner pixel is 400 or -400: variance 160,000, over a variance of grey of 2,500.
    expect(greyFigures({ values, width: 10, height: 10 })).toEqual({
      low: 100,
      high: 200,
      deviation: 50,
      sharpness: 64,
    })
  })

  it('are named, worst first, and good ones are not', async () => {
    const photos = await Promise.all(PHOTOS.map((name) => figuresOf(sharp(file(name)))))
    // Twice, so that there is a set to compare with.
    const set = [...photos, ...photos]
    expect(pictureFaults(set)).toEqual([])
    const flat = sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } }).png()
    const poor = await Promise.all([
      figuresOf(sharp(file('coffee')).blur(12)),
      figuresOf(sharp(file('coffee')).linear(0.12, 0)),
      figuresOf(sharp(file('astronaut')).linear(0.1, 231)),
      figuresOf(sharp(await flat.toBuffer())),
    ])
    const found = pictureFaults([...set, ...poor])
    expect(found.map(({ row, fault }) => [row - set.length, fault]).sort()).toEqual([
      [0, 'blurred'],
      [1, 'dark'],
      [2, 'bright'],
      [3, 'blank'],
    ])
    expect(found.map(({ score }) => score)).toEqual([...found.map(({ score }) => score)].sort((a, b) => b - a))
    expect(found.every(({ score }) => score > 0 && score <= 1)).toBe(true)
  })

  it('a few pictures are not held against each other', async () => {
    expect(
      pictureFaults([await figuresOf(sharp(file('coffee')).blur(12)), await figuresOf(sharp(file('coffee')))]),
    ).toEqual([])
  })
})
