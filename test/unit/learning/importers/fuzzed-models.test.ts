import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import { IMPORTERS } from '../../../../src-main/learning/importers/index.ts'
import { unpackWeights } from '../../../support/packed-weights.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/', import.meta.url))
const weights = unpackWeights()
const folder = mkdtempSync(join(tmpdir(), 'graft-fuzzed-models-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Files of all kinds together; GRAFT_FUZZ says how many. */
const FILES = Number(process.env['GRAFT_FUZZ'] ?? 1500)
const MOST_BYTES = 2 ** 30
const KINDS = 10
const MUTATIONS = Math.ceil(FILES / KINDS)

/** The most that this process has held. */
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024

/** A few bytes changed, a piece cut out, doubled or cut off, a number put to its largest. */
function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.byteLength)
  const length = 1 + Math.floor(random() * 40)
  const kind = Math.floor(random() * 6)
  if (kind === 0) return bytes.slice(0, at)
  if (kind === 1) return new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]))
  if (kind === 2) return new Uint8Array(Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]))
  const copy = bytes.slice()
  if (kind === 3) copy.fill(255, at, at + 8)
  else
    for (let count = 0; count < 1 + length / 8; count++)
      copy[Math.floor(random() * copy.byteLength)] = Math.floor(random() * 256)
  return copy
}

/** What the importer makes of the file: `model`, or the code of its error. Anything else fails the test. */
async function outcome(path: string): Promise<string> {
  try {
    await IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize: null })
    return 'model'
  } catch (error) {
    if (error instanceof GraftError && error.message.length < 2000 && error.fix !== undefined) return error.code
    throw error
  }
}

/** Outcomes of mutated files; `make` writes one from the mutated bytes and returns its path. */
async function outcomes(
  bytes: Uint8Array,
  seed: number,
  make: (bytes: Uint8Array) => string,
): Promise<Record<string, number>> {
  const random = seededRandom(seed)
  const counts: Record<string, number> = {}
  for (let run = 0; run < MUTATIONS; run++) {
    const result = await outcome(make(mutated(bytes, random)))
    counts[result] = (counts[result] ?? 0) + 1
  }
  expect(peakBytes()).toBeLessThan(MOST_BYTES)
  return counts
}

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FIXTURES}${name}`))

describe('a mutated file gives a model or a named error, and no more memory than its size asks for', () => {
  const entries = unzipSync(bytesOf('keras/residual.keras'))
  const files: [string, Uint8Array, (bytes: Uint8Array) => string][] = [
    ['the archive of Keras', bytesOf('keras/residual.keras'), (bytes) => written('a.keras', bytes)],
    ...['config.json', 'model.weights.h5'].map((name): [string, Uint8Array, (bytes: Uint8Array) => string] => [
      `${name} of Keras`,
      entries[name]!,
      (bytes) => written('a.keras', zipSync({ ...entries, [name]: bytes }, { level: 0 })),
    ]),
    ['HDF5 of Keras 2', bytesOf('h5/nested-keras2.h5'), (bytes) => written('a.h5', bytes)],
    ['HDF5 of Keras 3', bytesOf('h5/squeezed-keras3.h5'), (bytes) => written('a.h5', bytes)],
    ['model.json of TensorFlow.js', bytesOf('tfjs/uint8/model.json'), (bytes) => {
      cpSync(`${FIXTURES}tfjs/uint8`, join(folder, 'tfjs'), { recursive: true })
      return written('tfjs/model.json', bytes)
    }],
    ['HDF5 of weights alone', new Uint8Array(readFileSync(join(weights, 'without.weights.h5'))), (bytes) => written('a.weights.h5', bytes)],
    ['a zip of PyTorch', bytesOf('pytorch/vit-positions.pth'), (bytes) => written('a.pth', bytes)],
    ['a stream of PyTorch', bytesOf('pytorch/resnext.pth'), (bytes) => written('a.pth', bytes)],
    ['safetensors', bytesOf('safetensors/deit.safetensors'), (bytes) => written('a.safetensors', bytes)],
  ] // prettier-ignore
  it('is of each kind that is read', () => expect(files).toHaveLength(KINDS))

  it.each(files)('%s', { timeout: 60_000 + 1000 * MUTATIONS }, async (name, bytes, make) => {
    const counts = await outcomes(bytes, 13, make)
    expect(
      Object.keys(counts).filter((key) => !['model', 'E_MODEL_FILE', 'E_MODEL_UNSUPPORTED'].includes(key)),
    ).toEqual([])
    expect(counts['E_MODEL_FILE']).toBeGreaterThan(MUTATIONS / 20)
    if (process.env['GRAFT_FUZZ'] !== undefined) console.log(`${name}: ${JSON.stringify(counts)}, ${Math.round(peakBytes() / 2 ** 20)} MiB`) // prettier-ignore
  })
})
