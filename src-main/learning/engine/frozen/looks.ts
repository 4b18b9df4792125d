import { randomInt, seededRandom } from '../../../base/seeded-random.ts'
import type { FrozenNodes, ImageShape } from './frozen-node.ts'
import { inputsOfKernel, type WindowLook, windowLook } from './window-look.ts'

/** At the most. */
const SAMPLES_PER_IMAGE = 256

/** What calibration looks at of one value: numbers, and windows of kernels that read it. */
export interface Look {
  readonly name: string
  readonly shape: ImageShape
  readonly windows: readonly WindowLook[]
}

/** Where a batch is looked at: places within an image, channels last, those of one image after those of another. */
export interface DrawnLook extends Look {
  readonly images: number
  /** Of numbers, (images, count). */
  readonly samples: Int32Array
  /** Of pixels, of each window look: (images, windows, taps). */
  readonly pixels: readonly Int32Array[]
}

/** What a batch showed of one value. The arrays hold until the next one. */
export interface Seen {
  readonly images: number
  readonly samples: Float32Array
  /** Smallest, largest and mean number of each channel. */
  readonly lows: Float32Array
  readonly highs: Float32Array
  readonly means: Float32Array
  /** Of each window look: (images, windows, taps, channels). */
  readonly windows: readonly Float32Array[]
}

/** Computes a network over batches and tells what it saw of each value that is looked at. */
export interface Lookout {
  /** In the order of the looks. */
  see(values: Uint8Array | Float32Array, drawn: readonly DrawnLook[]): readonly Seen[]
  dispose(): void
}

/** Of the input and of every node's value. `images`: over how many windows are spread. */
export function looksOf({ input, nodes }: FrozenNodes, images: number): Look[] {
  return [input, ...nodes].map(({ name, shape }) => {
    const windows = nodes.flatMap((node) => {
      const isRead = 'weights' in node && node.input === name && inputsOfKernel(node, shape) !== null
      return isRead ? [windowLook(node, shape, images)] : []
    })
    return { name, shape, windows }
  })
}

/** Places that are drawn anew for each batch: the same ones for the same seed. */
export function drawLooks(looks: readonly Look[], images: number, seed: string): DrawnLook[] {
  return looks.map((look) => ({
    ...look,
    images,
    samples: drawnNumbers(look.shape, images, `${look.name} ${seed}`),
    pixels: look.windows.map((window) => drawnPixels(window, look.shape, images, `windows ${look.name} ${seed}`)),
  }))
}

/** Of the images from `from` up to `to`. */
export function lookAtSome(look: DrawnLook, from: number, to: number): DrawnLook {
  const part = (places: Int32Array) => {
    const count = places.length / look.images
    return places.subarray(from * count, to * count)
  }
  return { ...look, images: to - from, samples: part(look.samples), pixels: look.pixels.map(part) }
}

/** Numbers that are copied of an image. */
export function numbersLookedAt(looks: readonly Look[]): number {
  const of = ({ shape, windows }: Look) =>
    samplesOfImage(shape) +
    windows.reduce((sum, { count, size }) => sum + count * size[0] * size[1] * shape.channels, 0)
  return looks.reduce((sum, look) => sum + of(look), 0)
}

/** Numbers of an image that are kept of a value. */
export function samplesOfImage({ height, width, channels }: ImageShape): number {
  return Math.min(height * width * channels, SAMPLES_PER_IMAGE)
}

function drawnNumbers(shape: ImageShape, images: number, seed: string): Int32Array {
  const length = shape.height * shape.width * shape.channels
  const count = samplesOfImage(shape)
  const random = seededRandom(0, seed)
  const places = new Int32Array(images * count)
  for (let i = 0; i < places.length; i++) places[i] = count === length ? i % count : randomInt(random, length)
  return places
}

function drawnPixels(
  { count, size, dilations }: WindowLook,
  { height, width }: ImageShape,
  images: number,
  seed: string,
): Int32Array {
  const random = seededRandom(0, seed)
  const places = new Int32Array(images * count * size[0] * size[1])
  let at = 0
  for (let i = 0; i < images * count; i++) {
    const y = randomInt(random, height - (size[0] - 1) * dilations[0])
    const x = randomInt(random, width - (size[1] - 1) * dilations[1])
    for (let dy = 0; dy < size[0]; dy++) {
      for (let dx = 0; dx < size[1]; dx++) places[at++] = (y + dy * dilations[0]) * width + x + dx * dilations[1]
    }
  }
  return places
}
