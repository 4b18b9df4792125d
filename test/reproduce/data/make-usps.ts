import { join } from 'node:path'
import { writeIdx } from './idx.ts'
import { readUsps } from './usps.ts'

/** node test/reproduce/data/make-usps.ts TRAIN TEST FOLDER: USPS's two files as IDX pairs that `graft dataset import FOLDER` takes. */
const [train, test, folder] = process.argv.slice(2)
if (train === undefined || test === undefined || folder === undefined) {
  process.stderr.write('Expected three paths: zip.train, zip.test (or usps, usps.t), and a folder to write.\n')
  process.exit(2)
}
for (const [part, path] of [
  ['train', train],
  ['t10k', test],
] as const) {
  const set = readUsps(path)
  writeIdx(folder, part, set)
  process.stdout.write(`${set.labels.length} images of ${path} in ${join(folder, `${part}-images-idx3-ubyte.gz`)}\n`)
}
