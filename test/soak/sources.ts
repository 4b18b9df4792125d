import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { randomInt, type SeededRandom } from '../../src-main/base/seeded-random.ts'
import { between } from './world.ts'

export interface Source {
  readonly path: string
  readonly column: string
  readonly classes: readonly string[]
  /** In the order in which they are imported, or as a count per class where the order is the importer's. */
  readonly labels: readonly (string | null)[]
  /** Files that cannot be read. */
  readonly broken: number
}

const CLASSES = ['ash', 'birch', 'cedar', 'Döhle']

/** Clouds around a corner per class; some rows have no label. */
export function makeTable(folder: string, random: SeededRandom): Source {
  const classes = CLASSES.slice(0, between(random, 2, 4))
  const labels: (string | null)[] = []
  const lines = ['a,b,c,kind']
  const rows = between(random, 80, 200)
  for (let row = 0; row < rows; row++) {
    const of = row % classes.length
    const label = row >= 20 && random() < 0.05 ? null : (classes[of] as string)
    const values = [0, 1, 2].map((axis) => (Number(axis === of % 3) * 2 + random()).toFixed(6))
    labels.push(label)
    lines.push([...values, label ?? ''].join(','))
  }
  const path = join(folder, 'table.csv')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `${lines.join('\n')}\n`)
  return { path, column: 'kind', classes, labels, broken: 0 }
}

/** Noise of 8x8 pixels in a folder per class, and files that break off. */
export async function makeImages(folder: string, random: SeededRandom): Promise<Source> {
  const classes = CLASSES.slice(0, between(random, 2, 3))
  const labels: string[] = []
  let broken = 0
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true })
    const files = between(random, 12, 24)
    for (let i = 0; i < files; i++) {
      const noise = Buffer.from(Array.from({ length: 64 }, () => randomInt(random, 256)))
      const png = await sharp(noise, { raw: { width: 8, height: 8, channels: 1 } })
        .png()
        .toBuffer()
      const isBroken = i >= 10 && random() < 0.2
      writeFileSync(join(folder, name, `${i}.png`), isBroken ? png.subarray(0, 20) : png)
      if (isBroken) broken++
      else labels.push(name)
    }
  }
  return { path: folder, column: 'label', classes, labels, broken }
}
