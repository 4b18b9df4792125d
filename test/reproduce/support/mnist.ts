import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { dataPath } from './graft.ts'

const HEADER = { images: 16, labels: 8 }
const IMAGE_BYTES = 28 * 28

export interface Mnist {
  /** Bytes, 784 an image. */
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

const file = (part: 'train' | 't10k', kind: 'images-idx3' | 'labels-idx1') =>
  dataPath(join('mnist', `${part}-${kind}-ubyte.gz`))

export function readMnist(part: 'train' | 't10k'): Mnist {
  const read = (kind: 'images-idx3' | 'labels-idx1', header: number) =>
    new Uint8Array(gunzipSync(readFileSync(file(part, kind)))).subarray(header)
  return { images: read('images-idx3', HEADER.images), labels: read('labels-idx1', HEADER.labels) }
}

/** MNIST in a folder of its own with only those training images whose label passes, and the whole test set. */
export function writeMnist(folder: string, keeps: (label: number) => boolean): void {
  mkdirSync(folder, { recursive: true })
  const { images, labels } = readMnist('train')
  const places = [...labels.keys()].filter((place) => keeps(labels[place]!))
  const rows = places.map((place) => images.subarray(place * IMAGE_BYTES, (place + 1) * IMAGE_BYTES))
  const write = (name: string, magic: number, sides: number[], bytes: Uint8Array) => {
    const header = Buffer.alloc(8 + 4 * sides.length)
    ;[magic, places.length, ...sides].forEach((value, i) => header.writeUInt32BE(value, 4 * i))
    writeFileSync(join(folder, name), gzipSync(Buffer.concat([header, bytes])))
  }
  write('train-images-idx3-ubyte.gz', 2051, [28, 28], Buffer.concat(rows))
  write(
    'train-labels-idx1-ubyte.gz',
    2049,
    [],
    Uint8Array.from(places, (place) => labels[place]!),
  )
  for (const kind of ['images-idx3', 'labels-idx1'] as const) {
    copyFileSync(file('t10k', kind), join(folder, basename(file('t10k', kind))))
  }
}
