// Makes resources/samples/ from the full data sets: node build/samples/make-samples.mjs MNIST_FOLDER UCI_DIGITS_CSV PHOTO_FOLDER
// Needs Node 24 (it reads src-main as it is). The result is committed; running it again changes nothing.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { seededRandom, shuffle } from '../../src-main/base/seeded-random.ts'
import { mnistM } from '../../test/reproduce/data/mnist-m.ts'

const SEED = 1
const SETS = [
  { name: 'train', perClass: 400, overPhotosPerClass: 200, patches: 1 },
  { name: 't10k', perClass: 100, overPhotosPerClass: 50, patches: 2 },
]
const [mnist, uci, photos] = process.argv.slice(2)
if (photos === undefined) throw new Error('Expected: make-samples.mjs MNIST_FOLDER UCI_DIGITS_CSV PHOTO_FOLDER')
const target = fileURLToPath(new URL('../../resources/samples/', import.meta.url))

/** Places of the chosen rows: the same number of each class, in their old order. `skip`: so many of each class are taken already. */
function choose(labels, perClass, name, skip = 0) {
  const chosen = []
  for (let label = 0; label < 10; label++) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label)
    chosen.push(...shuffle(rows, seededRandom(SEED, `${name} ${label}`)).slice(skip, skip + perClass))
  }
  return chosen.sort((a, b) => a - b)
}

/** MNIST-M in grey, so that colour does not give the domains away; `seed`: of the patches. */
async function overPhotos(images, count, seed) {
  const made = await mnistM({ images, labels: new Uint8Array(count) }, photos, seed)
  const grey = (i) => Math.round(0.299 * made.images[3 * i] + 0.587 * made.images[3 * i + 1] + 0.114 * made.images[3 * i + 2]) // prettier-ignore
  return Buffer.from(Uint8Array.from(images, (_, i) => grey(i)))
}

function header(...shape) {
  const bytes = Buffer.alloc(4 + shape.length * 4)
  bytes.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => bytes.writeUInt32BE(length, 4 + i * 4))
  return bytes
}

for (const name of ['digits', 'photo-digits', 'uci-digits']) mkdirSync(join(target, name), { recursive: true })
for (const { name, perClass, overPhotosPerClass, patches } of SETS) {
  const [imagesName, labelsName] = [`${name}-images-idx3-ubyte.gz`, `${name}-labels-idx1-ubyte.gz`]
  const images = gunzipSync(readFileSync(join(mnist, imagesName))).subarray(16)
  const labels = gunzipSync(readFileSync(join(mnist, labelsName))).subarray(8)
  const pixelsOf = (rows) => Buffer.concat(rows.map((row) => images.subarray(row * 784, (row + 1) * 784)))
  const write = (folder, rows, pixels) => {
    const pack = (file, ...parts) =>
      writeFileSync(join(target, folder, file), gzipSync(Buffer.concat(parts), { level: 9 }))
    pack(imagesName, header(rows.length, 28, 28), pixels)
    pack(labelsName, header(rows.length), Buffer.from(rows.map((row) => labels[row])))
  }
  const rows = choose(labels, perClass, name)
  write('digits', rows, pixelsOf(rows))
  const others = choose(labels, overPhotosPerClass, name, perClass)
  write('photo-digits', others, await overPhotos(pixelsOf(others), others.length, patches))
}
copyFileSync(uci, join(target, 'uci-digits', 'digits.csv'))
