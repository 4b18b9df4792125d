import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { randomInt, seededRandom } from '../../../src-main/base/seeded-random.ts'
import type { LabelledImages } from './idx.ts'

const SIDE = 28

interface Photo {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
}

/** MNIST-M: every digit over a patch of a photograph, |patch - digit| per channel of red, green and blue. Ganin, Ustinova et al., JMLR 17
 *  (2016), section 5.2.4, who took the patches from BSDS500; here they come from a folder of photographs, at random places. */
export async function mnistM(
  { images, labels }: Pick<LabelledImages, 'images' | 'labels'>,
  photoFolder: string,
  seed: number,
): Promise<LabelledImages> {
  const photos = await readPhotos(photoFolder)
  const random = seededRandom(seed, 'mnist-m')
  const size = SIDE * SIDE
  const made = new Uint8Array(labels.length * size * 3)
  for (let i = 0; i < labels.length; i++) {
    const photo = photos[randomInt(random, photos.length)]!
    const [left, top] = [photo.width, photo.height].map((side) => randomInt(random, side - SIDE + 1)) as [
      number,
      number,
    ]
    for (let at = 0; at < size; at++) {
      const [x, y] = [left + (at % SIDE), top + Math.floor(at / SIDE)]
      for (let c = 0; c < 3; c++) {
        const patch = photo.pixels[(y * photo.width + x) * 3 + c]!
        made[(i * size + at) * 3 + c] = Math.abs(patch - images[i * size + at]!)
      }
    }
  }
  return { images: made, labels, shape: [SIDE, SIDE, 3] }
}

async function readPhotos(folder: string): Promise<Photo[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jpg')).sort() // prettier-ignore
  return Promise.all(
    names.map(async (name) => {
      const { data, info } = await sharp(join(folder, name)).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true }) // prettier-ignore
      // A grey photograph has one channel also in sRGB raw output of some versions: spread it.
      const pixels = info.channels === 3 ? new Uint8Array(data) : spread(data)
      return { pixels, width: info.width, height: info.height }
    }),
  )
}

function spread(grey: Buffer): Uint8Array {
  return Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]!)
}
