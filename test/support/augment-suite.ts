import { beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { AugmentSpec } from '../../src-main/contract/spec.ts'
import { blankBoxes, mixSamples } from '../../src-main/learning/engine/data/augment/apply.ts'
import { drawChanges } from '../../src-main/learning/engine/data/augment/draw.ts'
import { createAugmentation } from '../../src-main/learning/engine/data/augment/index.ts'
import { transformImages } from '../../src-main/learning/ops/transform-images.ts'
import type { Tensor, Tf } from '../../src-main/learning/runtime.ts'
import { augmentByPixel } from './augment-by-pixel.ts'
import { largestDifference } from './native-runtime.ts'

/** In values of 0..255; float32 against float64, measured below 3e-4. */
const TOLERANCE = 1e-3
const COUNT = 6

/** The numbers of a tensor, everything else released. */
export function numbers(tf: Tf, fn: () => Tensor): number[] {
  return [...tf.tidy(() => fn().dataSync().slice())]
}

/** Noise: next to no pixel is like its neighbour, so that a shift by a part of a pixel shows. */
export function noise(length: number): Uint8Array {
  const random = seededRandom(11, 'pixels')
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

const CASES = [
  { name: 'flip', spec: { flip: true } },
  { name: 'crop', spec: { crop: 0.4 } },
  { name: 'rotation', spec: { rotate: 180 } },
  { name: 'colour', spec: { colour: 1 } },
  { name: 'all together', spec: { flip: true, crop: 0.6, rotate: 30, colour: 0.6 } },
].flatMap((entry) => [1, 3].map((channels) => ({ ...entry, channels })))

/** Every change of images against arithmetic, on the library that is given. Registers its tests. */
export function augmentSuite(tf: Tf, backend: string): void {
  // Both packages share one engine: its backend says whose arithmetic is used.
  beforeAll(async () => {
    await tf.ready()
    expect(tf.getBackend()).toBe(backend)
  })
  comparePixels(tf)
  checkByHand(tf)
}

function comparePixels(tf: Tf): void {
  test.each(CASES)('$name of $channels channels is the same pixel by pixel', ({ spec: input, channels }) => {
    const spec = AugmentSpec.parse(input)
    const shape = { height: 9, width: 13, channels }
    const size = 9 * 13 * channels
    const bytes = noise(COUNT * size)
    const randoms = () => Array.from({ length: COUNT }, (_, i) => seededRandom(i, 'changes'))
    const augmentation = createAugmentation(spec, shape)
    const values = numbers(tf, () => {
      const x = tf.tensor(Float32Array.from(bytes), [COUNT, 9, 13, channels])
      return augmentation.apply(tf, x, augmentation.tensors(tf, randoms()))
    })
    const expected = randoms().flatMap((random, i) => {
      const { map, colour } = drawChanges(shape, spec, random)
      const image = bytes.subarray(i * size, (i + 1) * size)
      return [...augmentByPixel(image, shape, { map, colour: spec.colour > 0 ? colour : null })]
    })
    expect(largestDifference(values, expected)).toBeLessThan(TOLERANCE)
    expect(largestDifference(values, [...bytes])).toBeGreaterThan(10)
  })
}

function checkByHand(tf: Tf): void {
  test('a mirror, a quarter turn and a shift over the edge of a 3x3', () => {
    const x = () => tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
    const by = (map: number[]) => numbers(tf, () => transformImages(tf, x(), tf.tensor2d([[...map, 0, 0]])))
    expect(by([-1, 0, 2, 0, 1, 0])).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7])
    expect(by([0, -1, 2, 1, 0, 0])).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7])
    expect(by([1, 0, 1, 0, 1, 0])).toEqual([2, 3, 3, 5, 6, 6, 8, 9, 9])
    expect(by([1, 0, 0.5, 0, 1, 0])).toEqual([1.5, 2.5, 3, 4.5, 5.5, 6, 7.5, 8.5, 9])
  })

  test('a box blanks the pixels whose middle is inside, with their own image’s mean', () => {
    const values = numbers(tf, () => {
      const x = tf.tensor4d([0, 3, 6, 9, 12, 15, 18, 21, 24, 90, 0, 0, 0, 0, 0, 0, 0, 0], [2, 3, 3, 1])
      const boxes = tf.tensor2d([
        [1, 1, 3, 3],
        [-1, -1, 0.6, 1.4],
      ])
      return blankBoxes(tf, x, boxes, { height: 3, width: 3, channels: 1 })
    })
    expect(values).toEqual([0, 3, 6, 9, 12, 12, 18, 12, 12, 10, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('two samples and their one-hot and number targets are mixed by their shares', () => {
    const mix = (make: () => Tensor) =>
      numbers(tf, () => mixSamples(tf, make(), tf.tensor1d([1, 0], 'int32'), tf.tensor1d([0.75, 0.5])))
    expect(mix(() => tf.tensor4d([0, 8, 100, 16], [2, 1, 2, 1]))).toEqual([25, 10, 50, 12])
    expect(mix(() => tf.eye(2))).toEqual([0.75, 0.25, 0.5, 0.5])
    expect(mix(() => tf.tensor1d([-1, 1]))).toEqual([-0.5, 0])
  })
}
