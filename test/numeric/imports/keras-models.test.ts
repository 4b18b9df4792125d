import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { softmax } from '../../../src-main/base/softmax.ts'
import { createModel } from '../../../src-main/learning/engine/model/model.ts'
import { IMPORTERS } from '../../../src-main/learning/importers/index.ts'
import type { ImportedModel } from '../../../src-main/learning/importers/importer.ts'
import { withoutSoftmax } from '../../../src-main/learning/network/without-softmax.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const FOLDER = fileURLToPath(new URL('../../fixtures/imports/', import.meta.url))
const { tf } = nativeRuntime()

/** The file, what Keras computed for it, and what the importer says of it. */
const CASES = [
  ['keras/residual.keras', 'keras/residual.reference', 'Keras 3.15.1'],
  ['keras/nested.keras', 'keras/nested.reference', 'Keras 3.15.1'],
  ['keras/nested-keras2.keras', 'h5/nested-keras2.reference', 'Keras 2.21.0'],
  ['keras/squeezed.keras', 'keras/squeezed.reference', 'Keras 3.15.1'],
  ['keras/convnext.keras', 'keras/convnext.reference', 'Keras 3.15.1'],
  ['keras/gates.keras', 'keras/gates.reference', 'Keras 3.15.1'],
  ['keras/attention.keras', 'keras/attention.reference', 'Keras 3.15.1'],
  ['h5/nested-keras3.h5', 'keras/nested.reference', 'Keras 3.15.1, HDF5'],
  ['h5/squeezed-keras3.h5', 'keras/squeezed.reference', 'Keras 3.15.1, HDF5'],
  ['h5/gates-keras3.h5', 'keras/gates.reference', 'Keras 3.15.1, HDF5'],
  ['h5/residual-keras2.h5', 'h5/residual-keras2.reference', 'Keras 2.21.0, HDF5'],
  ['h5/nested-keras2.h5', 'h5/nested-keras2.reference', 'Keras 2.21.0, HDF5'],
  ['h5/gates-keras2.h5', 'h5/gates-keras2.reference', 'Keras 2.21.0, HDF5'],
  ['h5/attention-keras2.h5', 'h5/attention-keras2.reference', 'Keras 2.21.0, HDF5'],
  ['tfjs/residual', 'tfjs/residual/reference', 'TensorFlow.js LayersModel'],
  ['tfjs/uint8', 'tfjs/uint8/reference', 'TensorFlow.js LayersModel, quantised to uint8'],
  ['tfjs/uint16', 'tfjs/uint16/reference', 'TensorFlow.js LayersModel, quantised to uint16'],
  ['tfjs/float16/model.json', 'tfjs/float16/reference', 'TensorFlow.js LayersModel, quantised to float16'],
  ['tfjs/teachable-machine', 'tfjs/teachable-machine/reference', 'TensorFlow.js LayersModel'],
] as const

async function read(path: string): Promise<ImportedModel> {
  const whole = `${FOLDER}${path}`
  return IMPORTERS.find((importer) => importer.matches(whole))!.read({ path: whole, family: null, inputSize: null })
}

/** Largest difference of the outputs, in parts of the largest value; of the whole network, and of layers inside it by their names in Keras. */
function differences(
  { network: whole, weights }: ImportedModel,
  reference: ReturnType<typeof readAllFloat32>,
): Record<string, number> {
  const network = withoutSoftmax(whole)
  const wanted = [...reference.keys()].filter((key) => key !== 'input')
  const nameOf = (key: string): string => {
    const title = key.replace('layer:', '')
    return key === 'logits'
      ? network.outputs[0]!
      : network.layers.find((layer) => (layer.title ?? layer.name) === title)!.name
  }
  const model = createModel(tf, { ...network, outputs: wanted.map(nameOf) }, weights, 0)
  const { shape, values } = reference.get('input')!
  const outputs = tf.tidy(() =>
    model.forward(tf.tensor(values, [...shape])).map((output) => output.dataSync<'float32'>()),
  )
  model.dispose()
  return Object.fromEntries(
    wanted.map((key, index) => {
      const expected = reference.get(key)!.values
      expect(outputs[index]).toHaveLength(expected.length)
      const largest = Math.max(...expected.map(Math.abs))
      return [key, Math.max(...expected.map((value, at) => Math.abs(value - outputs[index]![at]!))) / largest]
    }),
  )
}

describe('imported models give what Keras gives', () => {
  it.each(CASES)('%s', async (path, reference, format) => {
    const model = await read(path)
    expect(model.format).toBe(format)
    const found = differences(model, readAllFloat32(`${FOLDER}${reference}.safetensors`))
    expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(1e-4)
  })

  it('the softmax of the file included', async () => {
    const { network, weights } = await read('keras/residual.keras')
    const reference = readAllFloat32(`${FOLDER}keras/residual.reference.safetensors`)
    const { shape, values } = reference.get('input')!
    const model = createModel(tf, network, weights, 0)
    const output = tf.tidy(() => model.forward(tf.tensor(values, [...shape]))[0]!.dataSync<'float32'>())
    model.dispose()
    const logits = reference.get('logits')!
    const width = logits.shape[1]!
    for (let row = 0; row < logits.shape[0]!; row++) {
      const expected = softmax([...logits.values.slice(row * width, (row + 1) * width)])
      expected.forEach((share, k) => expect(output[row * width + k]).toBeCloseTo(share, 6))
    }
  })
})
