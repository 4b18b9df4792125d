import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import { pytorch } from '../../../../src-main/learning/importers/pytorch.ts'
import { safetensors } from '../../../../src-main/learning/importers/safetensors.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/imports', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-torch-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FILES = [
  ['pytorch/vit-positions.pth', pytorch],
  ['pytorch/resnext.pth', pytorch],
  ['safetensors/deit.safetensors', safetensors],
] as const
const CUTS = 40
const CHANGES = 150

/** The code of the error; null: it gave a model. Any other error ends the test. */
async function outcome(path: string, importer: typeof pytorch): Promise<string | null> {
  try {
    const { weights } = await importer.read({ path, family: null, inputSize: 32 })
    for (const { shape, values } of weights.values()) expect(values.length).toBe(shape.reduce((a, b) => a * b, 1))
    return null
  } catch (error) {
    if (error instanceof GraftError) return error.code
    throw error
  }
}

const NAMED = new Set(['E_MODEL_FILE', 'E_MODEL_UNSUPPORTED'])

describe.each(FILES)('%s', (file, importer) => {
  const whole = readFileSync(join(fixtures, file))
  const path = join(folder, file.replace('/', '-'))
  // What says where things lie: names, shapes and sizes stand in the first part, the archive's directory in the last.
  const places = [whole.length * 0.15, whole.length * 0.85] as const

  it('cut off anywhere is a broken file', async () => {
    for (let cut = 0; cut < CUTS; cut++) {
      writeFileSync(path, whole.subarray(0, Math.floor((cut / CUTS) * whole.length)))
      expect(await outcome(path, importer)).toBe('E_MODEL_FILE')
    }
  })

  it('with changed bytes is a named error or a model', async () => {
    const random = seededRandom(13, file)
    const codes: (string | null)[] = []
    for (let change = 0; change < CHANGES; change++) {
      const bytes = Buffer.from(whole)
      for (let byte = 0; byte < 1 + Math.floor(random() * 4); byte++) {
        const at = random() < 0.7 ? random() * places[0] : places[1] + random() * (whole.length - places[1])
        bytes[Math.floor(at)] = Math.floor(random() * 256)
      }
      writeFileSync(path, bytes)
      codes.push(await outcome(path, importer))
    }
    for (const code of codes) if (code !== null) expect(NAMED.has(code), code).toBe(true)
    expect(codes.filter((code) => code !== null).length).toBeGreaterThan(CHANGES / 10)
  })
})
