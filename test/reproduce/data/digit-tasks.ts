import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { readMnist } from '../support/mnist.ts'

const SIDE = 28
const BYTES = SIDE * SIDE

export interface DigitTasks {
  /** MNIST training images, the first so many from a place on. */
  readonly count: number
  readonly from?: number
  /** Turns each image by 0, 90, 180 or 270 degrees, drawn by the seed: the class of `rotation`. Off: all upright, and no such column. */
  readonly isTurned: boolean
  readonly seed: number
}

/** Images of MNIST with a column per task, as PNG files and one table beside them: `digit`, `parity`, `half` (0-4 or 5-9), `loops` (digits with a
 *  closed loop: 0, 6, 8, 9), `low` and `high` (the digit where it is in that half, else no label), `random` (a class without meaning),
 *  `thickness` and `slant` (numbers measured from the upright pixels), `rotation`. */
export async function writeDigitTasks(folder: string, { count, from = 0, isTurned, seed }: DigitTasks): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { images, labels } = readMnist('train')
  const random = seededRandom(seed, 'digit tasks')
  const header = ['file', 'digit', 'parity', 'half', 'loops', 'low', 'high', 'random', 'thickness', 'slant']
  const lines = [[...header, ...(isTurned ? ['rotation'] : [])].join(',')]
  for (let i = 0; i < count; i++) {
    const upright = images.subarray((from + i) * BYTES, (from + i + 1) * BYTES)
    const digit = labels[from + i]!
    const quarters = isTurned ? Math.floor(random() * 4) : 0
    const noise = Math.floor(random() * 10)
    const { thickness, slant } = shapeOf(upright)
    const name = `${String(i).padStart(5, '0')}.png`
    const raw = { width: SIDE, height: SIDE, channels: 1 as const }
    await sharp(turned(upright, quarters), { raw }).png().toFile(join(folder, name))
    const row = [name, `d${digit}`, digit % 2 === 0 ? 'even' : 'odd', digit < 5 ? 'low' : 'high']
    row.push(
      [0, 6, 8, 9].includes(digit) ? 'loop' : 'open',
      digit < 5 ? `d${digit}` : '',
      digit >= 5 ? `d${digit}` : '',
    )
    row.push(`r${noise}`, thickness.toFixed(4), slant.toFixed(4), ...(isTurned ? [`q${quarters}`] : []))
    lines.push(row.join(','))
  }
  writeFileSync(join(folder, 'labels.csv'), `${lines.join('\n')}\n`)
}

/** Turned anticlockwise by quarters. */
function turned(pixels: Uint8Array, quarters: number): Uint8Array {
  let result = Uint8Array.from(pixels)
  for (let turn = 0; turn < quarters; turn++) {
    const old = result
    result = Uint8Array.from(
      { length: BYTES },
      (_, at) => old[(at % SIDE) * SIDE + (SIDE - 1 - Math.floor(at / SIDE))]!,
    )
  }
  return result
}

/** Thickness: ink per length of the outline, in pixels. Slant: how far columns move per row, from the second moments (the shear by which MNIST
 *  is usually deskewed). */
export function shapeOf(pixels: Uint8Array): { thickness: number; slant: number } {
  const at = (y: number, x: number) => (y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : pixels[y * SIDE + x]! / 255)
  let [ink, outline, sumX, sumY] = [0, 0, 0, 0]
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const value = at(y, x)
      ink += value
      sumX += x * value
      sumY += y * value
      outline += Math.hypot(at(y, x + 1) - at(y, x - 1), at(y + 1, x) - at(y - 1, x)) / 2
    }
  }
  const [meanX, meanY] = [sumX / ink, sumY / ink]
  let [covariance, variance] = [0, 0]
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      covariance += at(y, x) * (x - meanX) * (y - meanY)
      variance += at(y, x) * (y - meanY) ** 2
    }
  }
  return { thickness: (2 * ink) / Math.max(outline, 1e-9), slant: -covariance / Math.max(variance, 1e-9) }
}

/** Options of `graft dataset import` that take these columns as labels. */
export function labelOptions(columns: readonly string[], split: string): string[] {
  return ['--label', ...columns, '--split', split, '--seed', '1']
}
