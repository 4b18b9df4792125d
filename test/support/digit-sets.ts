import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const SAMPLES = fileURLToPath(new URL('../../resources/samples/', import.meta.url))
const [IMAGE_HEADER, LABEL_HEADER, SIDE] = [16, 8, 28]

/** Some of the shipped handwritten digits as an IDX pair of their own, or of those over photographs: another domain of the same classes. */
export function writeDigits(folder: string, options: { from: number; count: number; sample?: string }): void {
  const { from, count, sample = 'digits' } = options
  const images = gunzipSync(readFileSync(join(SAMPLES, sample, 'train-images-idx3-ubyte.gz')))
  const labels = gunzipSync(readFileSync(join(SAMPLES, sample, 'train-labels-idx1-ubyte.gz')))
  const size = SIDE * SIDE
  const pixels = images.subarray(IMAGE_HEADER + from * size, IMAGE_HEADER + (from + count) * size)
  mkdirSync(folder, { recursive: true })
  const imageHead = Buffer.from(images.subarray(0, IMAGE_HEADER))
  imageHead.writeUInt32BE(count, 4)
  const labelHead = Buffer.from(labels.subarray(0, LABEL_HEADER))
  labelHead.writeUInt32BE(count, 4)
  writeFileSync(join(folder, 'train-images-idx3-ubyte'), Buffer.concat([imageHead, pixels]))
  const own = labels.subarray(LABEL_HEADER + from, LABEL_HEADER + from + count)
  writeFileSync(join(folder, 'train-labels-idx1-ubyte'), Buffer.concat([labelHead, own]))
}
