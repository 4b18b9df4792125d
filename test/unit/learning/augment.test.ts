import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { AugmentSpec } from '../../../src-main/contract/spec.ts'
import { drawChanges } from '../../../src-main/learning/engine/augment/draw.ts'
import { createAugmentation } from '../../../src-main/learning/engine/augment/index.ts'

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
})
