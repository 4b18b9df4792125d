import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { AugmentSpec } from '../../../../../src-main/contract/spec.ts'
import { drawBeta, drawChanges } from '../../../../../src-main/learning/engine/data/augment/draw.ts'
import { createAugmentation } from '../../../../../src-main/learning/engine/data/augment/index.ts'
import { imageData, type ImagePreprocessing } from '../../../../../src-main/learning/engine/data/image-data.ts'

const shape = { height: 6, width: 8, channels: 3 }
const pixels = Uint8Array.from({ length: 6 * 8 * 3 }, (_, i) => (i * 37) % 256)

function augmented(spec: object, seed = 1, image = pixels, size = shape): Float32Array {
  const augmentation = createAugmentation(AugmentSpec.parse(spec), size)
  return tf.tidy(() => {
    const x = tf.tensor(Float32Array.from(image), [1, size.height, size.width, size.channels])
    return augmentation.apply(tf, x, augmentation.tensors(tf, [seededRandom(seed)])).dataSync<'float32'>()
  })
}

describe('augmentation', () => {
  test('nothing asked for changes nothing', () => {
    expect(createAugmentation(AugmentSpec.parse({}), shape).isActive).toBe(false)
    expect([...augmented({})]).toEqual([...pixels])
  })

  test('flip mirrors whole lines, about every other time', () => {
    const mirrored = Array.from({ length: 6 * 8 }, (_, i) => {
      const at = (Math.floor(i / 8) * 8 + (7 - (i % 8))) * 3
      return [...pixels.subarray(at, at + 3)]
    }).flat()
    const kinds = Array.from({ length: 40 }, (_, seed) => [...augmented({ flip: true }, seed)])
    const flips = kinds.filter((image) => image.every((value, i) => Math.abs(value - mirrored[i]!) < 1e-3)).length
    const plain = kinds.filter((image) => image.every((value, i) => Math.abs(value - pixels[i]!) < 1e-3)).length
    expect(flips + plain).toBe(40)
    expect(flips).toBeGreaterThan(10)
    expect(plain).toBeGreaterThan(10)
  })

  test('the same seed gives the same image, another one another', () => {
    const spec = { flip: true, crop: 0.6, rotate: 20, colour: 0.5 }
    expect(augmented(spec, 3)).toEqual(augmented(spec, 3))
    expect(augmented(spec, 3)).not.toEqual(augmented(spec, 4))
  })

  test('values stay within 0..255, a flat image stays flat under geometry', () => {
    const flat = new Uint8Array(pixels.length).fill(77)
    for (let seed = 0; seed < 20; seed++) {
      const wild = augmented({ crop: 0.3, rotate: 180, colour: 1 }, seed)
      expect(Math.min(...wild)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...wild)).toBeLessThanOrEqual(255)
      const still = augmented({ flip: true, crop: 0.3, rotate: 180 }, seed, flat)
      expect(still.every((value) => Math.abs(value - 77) < 1e-3)).toBe(true)
    }
  })

  test('a crop shows only part of a ramp, in order', () => {
    const ramp = Uint8Array.from({ length: 100 }, (_, i) => (i % 10) * 20)
    const size = { height: 10, width: 10, channels: 1 }
    const line = augmented({ crop: 0.5 }, 2, ramp, size).subarray(0, 10)
    for (let x = 1; x < 10; x++) expect(line[x]!).toBeGreaterThanOrEqual(line[x - 1]!)
    expect(line[9]! - line[0]!).toBeLessThan(180)
  })

  test('a grey image keeps one channel under colour jitter', () => {
    const size = { height: 6, width: 24, channels: 1 }
    expect(augmented({ colour: 0.4 }, 1, pixels, size)).toHaveLength(pixels.length)
  })

  test('cutout blanks one square with the mean of the image', () => {
    const size = { height: 10, width: 10, channels: 1 }
    const ramp = Uint8Array.from({ length: 100 }, (_, i) => i)
    const spec = AugmentSpec.parse({ cutout: 0.4 })
    const { box } = drawChanges(size, spec, seededRandom(5))
    const image = augmented({ cutout: 0.4 }, 5, ramp, size)
    const mean = 49.5
    for (const [i, value] of image.entries()) {
      const [x, y] = [(i % 10) + 0.5, Math.floor(i / 10) + 0.5]
      const isIn = x >= box[0]! && x < box[2]! && y >= box[1]! && y < box[3]!
      expect(value).toBeCloseTo(isIn ? mean : i, 3)
    }
    expect(box[2]! - box[0]!).toBeCloseTo(4)
  })

  test('mixup mixes each sample and its target with the next one, by the same share', () => {
    const spec = AugmentSpec.parse({ mixup: 0.4 })
    const augmentation = createAugmentation(spec, shape)
    const randoms = () => [1, 2, 3].map((seed) => seededRandom(seed))
    const shares = randoms().map((random) => drawChanges(shape, spec, random).weight)
    const images = tf.tensor(
      Float32Array.from({ length: 3 * 144 }, (_, i) => Math.floor(i / 144) * 100),
      [3, 6, 8, 3],
    )
    const drawn = augmentation.tensors(tf, randoms())
    const mixed = augmentation.apply(tf, images, drawn).dataSync()
    const targets = augmentation.mixTargets(tf, tf.eye(3), drawn).dataSync()
    for (const [i, share] of shares.entries()) {
      const partner = (i + 1) % 3
      expect(mixed[i * 144]!).toBeCloseTo(share * i * 100 + (1 - share) * partner * 100, 3)
      expect(targets[i * 3 + i]!).toBeCloseTo(share, 5)
      expect(targets[i * 3 + partner]!).toBeCloseTo(1 - share, 5)
    }
  })

  test('the shares of mixup are those of Beta(alpha, alpha) folded at one half', () => {
    const spec = AugmentSpec.parse({ mixup: 0.4 })
    const random = seededRandom(9)
    const shares = Array.from({ length: 4000 }, () => drawChanges(shape, spec, random).weight)
    // Var(Beta(a, a)) = 1 / (4 (2a + 1)), and folding keeps (share - 1/2)^2.
    const spread = shares.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / shares.length
    expect(spread).toBeCloseTo(1 / (4 * 1.8), 2)
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.5)
  })

  test.each([0.2, 1, 2])('Beta(%d, %d) is symmetric about one half and as wide as it should be', (alpha) => {
    const random = seededRandom(4)
    const draws = Array.from({ length: 20_000 }, () => drawBeta(alpha, random) - 0.5)
    const moment = (power: number) => draws.reduce((sum, value) => sum + value ** power, 0) / draws.length
    // Errors of the averages are below 0.004; Var(Beta(a, a)) = 1 / (4 (2a + 1)).
    expect(Math.abs(moment(1))).toBeLessThan(0.01)
    expect(Math.abs(moment(3))).toBeLessThan(0.005)
    expect(Math.abs(moment(2) - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.005)
    expect(draws.every((value) => Math.abs(value) <= 0.5)).toBe(true)
  })

  test('whatever is switched on, an image takes the same count of numbers; mixup adds its own at the end', () => {
    const count = (spec: object) => {
      const random = seededRandom(3)
      let drawn = 0
      const changes = drawChanges(shape, AugmentSpec.parse(spec), () => (drawn++, random()))
      return { drawn, changes }
    }
    const specs = [{}, { flip: true }, { shift: 0.2 }, { crop: 0.3, rotate: 90 }, { colour: 1 }, { cutout: 0.5 }]
    expect(specs.map((spec) => count(spec).drawn)).toEqual(specs.map(() => count({}).drawn))
    const all = { flip: true, crop: 0.5, rotate: 10, colour: 0.2, cutout: 0.1 }
    const { weight: _weight, ...mixed } = count({ ...all, mixup: 0.4 }).changes
    expect(count(all).changes).toMatchObject(mixed)
  })

  test('what is drawn stays in its range', () => {
    const spec = AugmentSpec.parse({ flip: true, crop: 0.5, rotate: 30, colour: 0.4, cutout: 0.5, mixup: 0.2 })
    for (let seed = 0; seed < 200; seed++) {
      const { map, colour, box, weight } = drawChanges(shape, spec, seededRandom(seed))
      const [xx, , , yx] = map as [number, number, number, number]
      expect(Math.hypot(xx, yx)).toBeGreaterThanOrEqual(0.5)
      expect(Math.hypot(xx, yx)).toBeLessThanOrEqual(1)
      expect(Math.abs(Math.atan(yx / xx))).toBeLessThanOrEqual(Math.PI / 6 + 1e-9)
      expect(Math.min(...colour)).toBeGreaterThanOrEqual(0.8)
      expect(Math.max(...colour)).toBeLessThanOrEqual(1.2)
      const [left, top, right, bottom] = box as [number, number, number, number]
      expect([right - left, bottom - top].map((side) => Math.round(side * 1e6) / 1e6)).toEqual([3, 3])
      expect([(left + right) / 2 <= 8, (top + bottom) / 2 <= 6, left >= -1.5, top >= -1.5]).not.toContain(false)
      expect([weight >= 0.5, weight <= 1]).not.toContain(false)
    }
  })

  test('a shift moves by whole pixels, up to its share to each side, each move as likely', () => {
    const size = { height: 10, width: 20, channels: 1 }
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 3000; seed++) {
      const [xx, xy, x0, yx, yy, y0] = drawChanges(size, AugmentSpec.parse({ shift: 0.1 }), seededRandom(seed)).map
      expect([xx, xy, yx, yy].map((value) => value! + 0)).toEqual([1, 0, 0, 1])
      for (const move of [`x ${x0}`, `y ${y0}`]) counts.set(move, (counts.get(move) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['x -1', 'x -2', 'x 0', 'x 1', 'x 2', 'y -1', 'y 0', 'y 1'])
    for (const [move, count] of counts) expect(count, move).toBeGreaterThan(move.startsWith('x') ? 500 : 850)
    const dot = Uint8Array.from({ length: 200 }, (_, i) => (i === 5 * 20 + 10 ? 255 : 0))
    const moved = augmented({ shift: 0.1 }, 4, dot, size)
    expect([...moved].filter((value) => value !== 0)).toEqual([255])
  })

  test('an older spec without shift, cutout and mixup still parses, with all of them off', () => {
    expect(AugmentSpec.parse({ flip: true, crop: 0.9, rotate: 0, colour: 0, copies: 2 })).toMatchObject({
      shift: 0,
      cutout: 0,
      mixup: 0,
    })
  })

  test('the key of cached copies depends neither on mixup nor on how many there are', () => {
    const keyOf = (input: object) => {
      const preprocessing = {
        kind: 'image',
        height: 6,
        width: 8,
        channels: 3,
        mean: [0, 0, 0],
        std: [1, 1, 1],
      } as const
      const augment = AugmentSpec.parse(input)
      const images = { preprocessing: preprocessing as unknown as ImagePreprocessing, augment, seed: 1, hashes: ['a'] }
      return imageData({ ...images, load: () => pixels }).copies?.key
    }
    const key = keyOf({ flip: true })
    expect(key).toMatch(/^[0-9a-f]{16}$/)
    expect(keyOf({ flip: true, mixup: 0.4, copies: 5 })).toBe(key)
    expect(keyOf({ flip: true, cutout: 0.2 })).not.toBe(key)
    expect(keyOf({ mixup: 0.4 })).toBeUndefined()
  })
})
