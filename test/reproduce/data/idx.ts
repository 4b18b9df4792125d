import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Images of one size and their labels, in memory. */
export interface LabelledImages {
  /** Bytes, height * width * channels an image, channels interleaved. */
  readonly images: Uint8Array
  readonly labels: Uint8Array
  readonly shape: readonly [height: number, width: number, channels: 1 | 3]
}

/** Writes an IDX pair as MNIST names it, so that Graft takes its split from the name. Colour images have a fourth dimension. */
export function writeIdx(folder: string, part: 'train' | 't10k', { images, labels, shape }: LabelledImages): void {
  mkdirSync(folder, { recursive: true })
  const [height, width, channels] = shape
  const sides = channels === 1 ? [height, width] : [height, width, channels]
  const write = (name: string, sizes: readonly number[], bytes: Uint8Array) => {
    const header = Buffer.alloc(4 + 4 * sizes.length)
    // Two zero bytes, the type (8: unsigned bytes), the number of dimensions; then each of them.
    header[2] = 8
    header[3] = sizes.length
    sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
    writeFileSync(join(folder, name), gzipSync(Buffer.concat([header, bytes]), { level: 1 }))
  }
  write(`${part}-images-idx3-ubyte.gz`, [labels.length, ...sides], images)
  write(`${part}-labels-idx1-ubyte.gz`, [labels.length], labels)
}

/** Some of the images, in that order. */
export function pickImages({ images, labels, shape }: LabelledImages, places: readonly number[]): LabelledImages {
  const size = shape[0] * shape[1] * shape[2]
  const picked = new Uint8Array(places.length * size)
  places.forEach((place, i) => picked.set(images.subarray(place * size, (place + 1) * size), i * size))
  return { images: picked, labels: Uint8Array.from(places, (place) => labels[place]!), shape }
}
