import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { seededRandom } from '../../src-main/base/seeded-random.ts'

const PHOTOS = fileURLToPath(new URL('../fixtures/photos/', import.meta.url))

export interface PhotoFolderOptions {
  /** Pictures per class. */
  readonly perClass: number
  /** Side of the square cut out of a photograph, in its pixels: the smaller, the harder to tell apart. */
  readonly side: number
  /** Side of the written picture. */
  readonly size: number
  readonly seed: number
  /** Names of photographs; default: all. */
  readonly classes?: readonly string[]
}

/** Writes a folder per class of JPEGs cut at random from real photographs: one class per photograph. Returns the count. */
export async function makePhotoFolder(folder: string, options: PhotoFolderOptions): Promise<number> {
  const random = seededRandom(options.seed)
  let count = 0
  for (const file of readdirSync(PHOTOS)
    .filter((name) => name.endsWith('.jpg') && (options.classes?.includes(name.replace('.jpg', '')) ?? true))
    .sort()) {
    const target = join(folder, file.replace('.jpg', ''))
    mkdirSync(target, { recursive: true })
    const { width = 0, height = 0 } = await sharp(join(PHOTOS, file)).metadata()
    for (let i = 0; i < options.perClass; i++) {
      const side = Math.min(options.side, width, height)
      const left = Math.floor(random() * (width - side + 1))
      const top = Math.floor(random() * (height - side + 1))
      await sharp(join(PHOTOS, file))
        .extract({ left, top, width: side, height: side })
        .resize(options.size, options.size)
        .toColourspace('srgb')
        .jpeg({ quality: 92 })
        .toFile(join(target, `${String(i).padStart(3, '0')}.jpg`))
      count++
    }
  }
  return count
}
