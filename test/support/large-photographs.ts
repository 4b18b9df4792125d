import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { randomInt, seededRandom } from '../../src-main/base/seeded-random.ts'

const PHOTOS = fileURLToPath(new URL('../fixtures/photos/', import.meta.url))
/** Of a camera of 12 megapixels. */
const CAMERA = { width: 4000, height: 3000 }
/** Cuts of one scene differ by where they lie in it. */
const SCENE = { width: 4800, height: 3600 }
/** Share of another photograph, repeated at its own size: as much detail as a lens gives. */
const DETAIL = 0.3
/** Levels of grain, both ways. */
const GRAIN = 5

export interface LargePhotographs {
  /** Cuts of each scene. */
  readonly perClass: number
  readonly seed: number
}

/** Writes a folder per scene of JPEGs of 12 megapixels, about 3 MB each: a photograph enlarged, with the detail of another and with grain. */
export async function makeLargePhotographs(folder: string, { perClass, seed }: LargePhotographs): Promise<number> {
  const files = readdirSync(PHOTOS)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
  for (const [i, file] of files.entries()) {
    const random = seededRandom(seed, file)
    const target = join(folder, file.replace('.jpg', ''))
    mkdirSync(target, { recursive: true })
    const scene = await makeScene(file, files[(i + 1) % files.length]!, random)
    for (let n = 0; n < perClass; n++) {
      const left = randomInt(random, SCENE.width - CAMERA.width + 1)
      const top = randomInt(random, SCENE.height - CAMERA.height + 1)
      await sharp(scene, { raw: { ...SCENE, channels: 3 } })
        .extract({ left, top, ...CAMERA })
        .jpeg({ quality: 90 })
        .toFile(join(target, `${String(n).padStart(3, '0')}.jpg`))
    }
  }
  return files.length * perClass
}

async function makeScene(file: string, other: string, random: () => number): Promise<Uint8Array> {
  const open = (name: string) => sharp(join(PHOTOS, name)).toColourspace('srgb')
  const scene = await open(file)
    .resize({ ...SCENE, fit: 'cover' })
    .raw()
    .toBuffer()
  const { data, info } = await open(other).raw().toBuffer({ resolveWithObject: true })
  for (let y = 0, at = 0; y < SCENE.height; y++) {
    for (let x = 0; x < SCENE.width; x++) {
      const from = ((y % info.height) * info.width + (x % info.width)) * 3
      const grain = (random() * 2 - 1) * GRAIN
      for (let c = 0; c < 3; c++, at++) {
        const value = scene[at]! * (1 - DETAIL) + data[from + c]! * DETAIL + grain
        scene[at] = Math.max(0, Math.min(255, Math.round(value)))
      }
    }
  }
  return scene
}
