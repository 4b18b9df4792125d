import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { AugmentSpec } from '../../../src-main/contract/spec.ts'
import { augmentImage, isAugmented } from '../../../src-main/learning/engine/augment.ts'

const shape = { height: 6, width: 8, channels: 3 }
const pixels = Uint8Array.from({ length: 6 * 8 * 3 }, (_, i) => (i * 37) % 256)

function augmented(spec: object, seed = 1, image = pixels, size = shape): Float32Array {
  const out = new Float32Array(image.length)
  augmentImage(image, size, AugmentSpec.parse(spec), seededRandom(seed), out, 0)
  return out
}

describe('augmentation', () => {
  test('nothing asked for changes nothing', () => {
    expect(isAugmented(AugmentSpec.parse({}))).toBe(false)
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
})
