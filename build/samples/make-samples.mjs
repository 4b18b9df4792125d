// Makes resources/samples/ from the full data sets: node build/samples/make-samples.mjs MNIST_FOLDER UCI_DIGITS_CSV
// Needs Node 24 (it reads src-main as it is). The result is committed; running it again changes nothing.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { seededRandom, shuffle } from '../../src-main/base/seeded-random.ts'

const SEED = 1
const SETS = [
  { name: 'train', perClass: 400 },
  { name: 't10k', perClass: 100 },
]
const [mnist, uci] = process.argv.slice(2)
if (mnist === undefined || uci === undefined) throw new Error('Expected: make-samples.mjs MNIST_FOLDER UCI_DIGITS_CSV')
const target = fileURLToPath(new URL('../../resources/samples/', import.meta.url))

/** Places of the chosen rows: the same number of each class, in their old order. */
function choose(labels, perClass, name) {
  const chosen = []
  for (let label = 0; label < 10; label++) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label)
    chosen.push(...shuffle(rows, seededRandom(SEED, `${name} ${label}`)).slice(0, perClass))
  }
  return chosen.sort((a, b) => a - b)
}

function header(...shape) {
  const bytes = Buffer.alloc(4 + shape.length * 4)
  bytes.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => bytes.writeUInt32BE(length, 4 + i * 4))
  return bytes
}

mkdirSync(join(target, 'digits'), { recursive: true })
mkdirSync(join(target, 'uci-digits'), { recursive: true })
for (const { name, perClass } of SETS) {
  const [imagesName, labelsName] = [`${name}-images-idx3-ubyte.gz`, `${name}-labels-idx1-ubyte.gz`]
  const images = gunzipSync(readFileSync(join(mnist, imagesName))).subarray(16)
  const labels = gunzipSync(readFileSync(join(mnist, labelsName))).subarray(8)
  const rows = choose(labels, perClass, name)
  const pixels = Buffer.concat(rows.map((row) => images.subarray(row * 784, (row + 1) * 784)))
  const write = (file, ...parts) =>
    writeFileSync(join(target, 'digits', file), gzipSync(Buffer.concat(parts), { level: 9 }))
  write(imagesName, header(rows.length, 28, 28), pixels)
  write(labelsName, header(rows.length), Buffer.from(rows.map((row) => labels[row])))
}
copyFileSync(uci, join(target, 'uci-digits', 'digits.csv'))
