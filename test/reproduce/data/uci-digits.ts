import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import type { LabelledImages } from './idx.ts'

const OWN = 8
const SIDE = 28
/** MNIST's digits fill a box of 20 pixels in the middle of 28. */
const BOX = 20

/** UCI's handwritten digits (Alpaydin, Kaynak; CC BY 4.0) as images like MNIST's: 8x8 values 0..16 are brought to 0..255, enlarged to 20x20 by
 *  cubic interpolation and put into the middle of 28x28. */
export async function uciDigits(path: string): Promise<LabelledImages> {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  const names = header!.split(',')
  const label = names.indexOf('digit')
  const rows = lines.map((line) => line.split(',').map(Number))
  const images = new Uint8Array(rows.length * SIDE * SIDE)
  for (const [i, row] of rows.entries()) {
    const pixels = row.filter((_, column) => column !== label)
    if (pixels.length !== OWN * OWN) throw new Error(`Expected ${OWN * OWN} pixels in row ${i + 1} of ${path}`)
    images.set(await enlarge(Uint8Array.from(pixels, (value) => Math.round((value * 255) / 16))), i * SIDE * SIDE)
  }
  return { images, labels: Uint8Array.from(rows, (row) => row[label]!), shape: [SIDE, SIDE, 1] }
}

async function enlarge(pixels: Uint8Array): Promise<Uint8Array> {
  const edge = (SIDE - BOX) / 2
  const { data } = await sharp(pixels, { raw: { width: OWN, height: OWN, channels: 1 } })
    .resize(BOX, BOX, { kernel: 'cubic', fit: 'fill' })
    .extend({ top: edge, bottom: edge, left: edge, right: edge, background: '#000000' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return new Uint8Array(data)
}
