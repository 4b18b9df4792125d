import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { createModel } from '../../../src-main/learning/engine/model/model.ts'
import type { ImportedModel } from '../../../src-main/learning/importers/importer.ts'
import { onnx } from '../../../src-main/learning/importers/onnx.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import type { WeightValues } from '../../../src-main/learning/weights/weight-values.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { relativeDifference } from '../../support/reference-differences.ts'

const FOLDER = fileURLToPath(new URL('../../fixtures/imports/onnx/', import.meta.url))

/** Made by build/verify-imports/make-onnx-fixtures.py, with the layers of each that could have become others. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  residual: ['BatchNormalization', 'Flatten'],
  'residual-folded': ['MaxPooling2D', 'AveragePooling2D'],
  'gates-opset12': ['DepthwiseConv2D', 'Multiply', 'PReLU', 'Concatenate'],
  gates: ['DepthwiseConv2D', 'Multiply', 'PReLU', 'Concatenate'],
  'convnext-opset14': ['LayerNormalization', 'LayerScale'],
  'vit-opset14': ['MultiHeadAttention', 'ClassToken', 'PositionalEmbedding', 'LayerScale', 'SelectToken'],
  vit: ['MultiHeadAttention', 'ClassToken', 'PositionalEmbedding', 'LayerScale', 'SelectToken'],
  'vit-torchvision': ['MultiHeadAttention', 'ClassToken', 'PositionalEmbedding', 'SelectToken'],
  'pads-uneven': ['ZeroPadding2D'],
  'pads-same-upper': ['Conv2D'],
  'pads-same-lower': ['ZeroPadding2D'],
  dilated: ['Conv2D'],
  'max-ceil': ['MaxPooling2D'],
  'average-counted': ['ZeroPadding2D', 'AveragePooling2D'],
  'average-uncounted': ['AveragePooling2D'],
  flattened: ['Dense'],
  'channels-last': ['GlobalAveragePooling2D'],
  'opset-9': ['ReLU', 'Dense'],
  half: ['Conv2D'],
  'typed-fields': ['Rescaling', 'ReLU'],
  pixels: ['Rescaling', 'ZeroPadding2D'],
  'gelu-tanh': ['Activation'],
  'hard-swish': ['Activation'],
  named: ['Dense'],
  external: ['Conv2D'],
}

function read(name: string): Promise<ImportedModel> {
  return onnx.read({ path: `${FOLDER}${name}.onnx`, family: null, inputSize: null })
}

function plainOutput({ network, weights }: ImportedModel, reference: WeightValues): ArrayLike<number> {
  const { tf } = nativeRuntime()
  const model = createModel(tf, network, weights, 0)
  const { shape, values } = reference.get('input')!
  const output = tf.tidy(() => model.forward(tf.tensor(values, [...shape]))[0]!.dataSync())
  model.dispose()
  return output
}

/** Of the network as one native call, BatchNorm folded into its convolutions. */
function compiledOutput({ network, weights }: ImportedModel, reference: WeightValues): ArrayLike<number> {
  const { shape, values } = reference.get('input')!
  const samples = { shape: shape.slice(1), layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(nativeRuntime(), { network, weights, samples, precision: 'float32' })
  const [output] = inference.run(values as Float32Array<ArrayBuffer>)
  inference.dispose()
  return output!
}

describe('an ONNX file gives what ONNX Runtime gives for it, plain and compiled', () => {
  it.each(Object.entries(FILES))('%s', async (name, types) => {
    const model = await read(name)
    const reference = readAllFloat32(`${FOLDER}${name}.reference.safetensors`)
    const expected = reference.get('logits')!.values
    expect(relativeDifference(plainOutput(model, reference), expected)).toBeLessThan(1e-4)
    expect(relativeDifference(compiledOutput(model, reference), expected)).toBeLessThan(1e-4)
    const found = model.network.layers.map(({ type }) => type as string)
    expect(found).toEqual(expect.arrayContaining([...types]))
    if (!types.includes('Rescaling')) expect(found).not.toContain('Rescaling')
  })

  it('has a test for every fixture', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.onnx'))
    expect(files.sort()).toEqual(Object.keys(FILES).map((name) => `${name}.onnx`).sort()) // prettier-ignore
  })
})
