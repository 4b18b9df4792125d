import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { LabelledImages } from './idx.ts'

/** Images and labels of a sample that Graft ships as an IDX pair: training images first, then test images. */
export function shippedImages(sample: string): LabelledImages {
  const folder = fileURLToPath(new URL(`../../../resources/samples/${sample}`, import.meta.url))
  const [train, test] = ['train', 't10k'].map((part) => ({
    images: idxOf(join(folder, `${part}-images-idx3-ubyte.gz`)),
    labels: idxOf(join(folder, `${part}-labels-idx1-ubyte.gz`)),
  }))
  const [height, width, channels = 1] = train!.images.sizes.slice(1)
  return {
    images: new Uint8Array(Buffer.concat([train!.images.bytes, test!.images.bytes])),
    labels: new Uint8Array(Buffer.concat([train!.labels.bytes, test!.labels.bytes])),
    shape: [height!, width!, channels as 1 | 3],
  }
}

function idxOf(path: string): { readonly sizes: readonly number[]; readonly bytes: Buffer } {
  const file = gunzipSync(readFileSync(path))
  const dimensions = file[3]!
  const sizes = Array.from({ length: dimensions }, (_, i) => file.readUInt32BE(4 + 4 * i))
  return { sizes, bytes: file.subarray(4 + 4 * dimensions) }
}
