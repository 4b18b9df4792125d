// Makes src-main/learning/importers/keras/applications-data.ts of what describe-keras.py wrote: node pack-applications.mjs FILE
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const TARGET = fileURLToPath(new URL('../../src-main/learning/importers/keras/applications-data.ts', import.meta.url))
const described = readFileSync(process.argv[2])
const params = {
  [constants.BROTLI_PARAM_QUALITY]: 11,
  [constants.BROTLI_PARAM_LGWIN]: 24,
  [constants.BROTLI_PARAM_SIZE_HINT]: described.length,
}
const packed = brotliCompressSync(described, { params }).toString('base64')
writeFileSync(
  TARGET,
  `/** Networks of Keras Applications as applications.ts reads them: JSON, packed with Brotli. Made by build/verify-imports/describe-keras.py. */\nexport const APPLICATIONS_DATA =\n  '${packed}'\n`,
)
console.log(`${described.length} bytes in ${packed.length}`)
