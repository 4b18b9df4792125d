import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { h5Importer } from '../../../src-main/learning/importers/h5.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { unpackWeights, WEIGHTS_FOLDER } from '../../support/packed-weights.ts'
import { referenceDifferences } from '../../support/reference-differences.ts'

const folder = unpackWeights()
const { tf } = nativeRuntime()
const reference = readAllFloat32(join(WEIGHTS_FOLDER, 'mobilenet.reference.safetensors'))

describe('weights of Keras alone give what Keras gives, in a network that is found by them', () => {
  it.each([
    ['whole.weights.h5', ['features', 'logits']],
    ['whole.h5', ['features', 'logits']],
    ['without.weights.h5', ['features']],
    ['without.h5', ['features']],
  ])('%s', async (file, expected) => {
    const imported = await h5Importer.read({ path: join(folder, file), family: null, inputSize: 32 })
    const known = new Map([...reference].filter(([name]) => name === 'input' || expected.includes(name)))
    const found = referenceDifferences(tf, imported, known)
    expect(found.map(([name]) => name).sort()).toEqual(expected)
    for (const [name, difference] of found) expect(difference, name).toBeLessThan(1e-4)
  })
})
