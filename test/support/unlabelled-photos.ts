import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { makePhotoFolder } from './photo-folder.ts'

/** Writes pictures of some classes into one flat folder, in an order and under names that tell nothing. Returns what each shows. */
export async function makeUnlabelledPhotos(
  folder: string,
  options: { readonly classes: readonly string[]; readonly perClass: number; readonly seed: number },
): Promise<Map<string, string>> {
  const sorted = `${folder}-sorted`
  await makePhotoFolder(sorted, { ...options, side: 150, size: 96 })
  const files = options.classes.flatMap((name) => readdirSync(join(sorted, name)).map((file) => ({ name, file })))
  const random = seededRandom(options.seed)
  for (let i = files.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[files[i], files[j]] = [files[j]!, files[i]!]
  }
  mkdirSync(folder, { recursive: true })
  const shows = new Map<string, string>()
  for (const [index, { name, file }] of files.entries()) {
    const plain = `${String(index).padStart(3, '0')}.jpg`
    renameSync(join(sorted, name, file), join(folder, plain))
    shows.set(plain, name)
  }
  rmSync(sorted, { recursive: true, force: true })
  return shows
}
