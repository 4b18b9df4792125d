// Makes test/fixtures/imports/keras-weights/mobilenet.br of the four files that make-weight-fixtures.py wrote: node pack-weights.mjs FOLDER
// They hold the same numbers, so that they pack well together and badly alone.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const TARGET = fileURLToPath(new URL('../../test/fixtures/imports/keras-weights/mobilenet.br', import.meta.url))
const [folder] = process.argv.slice(2)
const files = readdirSync(folder)
  .sort()
  .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
const head = Buffer.from(JSON.stringify(files.map(({ name, bytes }) => [name, bytes.length])))
const all = Buffer.concat([head, Buffer.from('\n'), ...files.map(({ bytes }) => bytes)])
const params = {
  [constants.BROTLI_PARAM_QUALITY]: 11,
  [constants.BROTLI_PARAM_LGWIN]: 24,
  [constants.BROTLI_PARAM_SIZE_HINT]: all.length,
}
writeFileSync(TARGET, brotliCompressSync(all, { params }))
