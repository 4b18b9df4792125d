import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadBaseModels } from '../../src-main/learning/catalog.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { readModelWeights } from '../../src-main/learning/weights/model-weights.ts'
import { readAllFloat32, sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const resources = fileURLToPath(new URL('../../resources', import.meta.url))
const bases = loadBaseModels(resources)
const folderOf = (id: string): string => join(resources, 'base-models', id)

interface Manifest {
  reference: { file: string; sha256: string }
  classes: { file: string; sha256: string }
  parameters: number
}
const manifestOf = (id: string): Manifest =>
  JSON.parse(readFileSync(join(folderOf(id), 'manifest.json'), 'utf8')) as Manifest

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index]! - b[index]!))
  return largest
}

const IDS = ['efficientnet-lite0', 'efficientnet-lite2']

it.each(IDS)('%s gives what the original gives in PyTorch', async (id) => {
  const base = bases.find((each) => each.id === id)!
  const [folder, manifest] = [folderOf(id), manifestOf(id)]
  const tf = nativeRuntime().tf
  const weights = await readModelWeights(base.weights, inferNetwork(base.network).weights)
  const model = createModel(tf, base.network, weights, 1)
  const reference = readAllFloat32(join(folder, manifest.reference.file))
  const { mean, std } = base.preprocessing
  const { shape, values } = reference.get('images_uint8_nhwc')!
  const pixels = Float32Array.from(values, (value, index) => (value / 255 - mean[index % 3]!) / std[index % 3]!)
  const before = tf.memory().numTensors
  const [features, logits] = tf.tidy(() => {
    const x = tf.tensor(pixels, [...shape])
    return model.forward(x, { outputs: [base.network.features, 'predictions'] }).map((tensor) => tensor.dataSync())
  })
  expect(tf.memory().numTensors).toBe(before)
  // Measured 4e-6 and 9e-6 (Lite0): float32 sums in another order. 1e-3 would still be far below what changes an answer.
  expect(largestDifference(features!, reference.get('pooled_features')!.values)).toBeLessThan(1e-3)
  expect(largestDifference(logits!, reference.get('logits')!.values)).toBeLessThan(1e-3)

  const classes = JSON.parse(readFileSync(join(folder, manifest.classes.file), 'utf8')) as string[]
  const best = [0, 1, 2, 3].map((image) => {
    const row = Array.from(logits!.slice(image * 1000, (image + 1) * 1000))
    return classes[row.indexOf(Math.max(...row))]
  })
  expect(best[1]).toBe('Egyptian cat')
  expect(best[2]).toBe('espresso')
  model.dispose()
})

it.each([
  ['efficientnet-lite0', 4_652_008],
  ['efficientnet-lite2', 6_092_072],
])('the manifest of %s tells the truth about its files', async (id, parameters) => {
  const [folder, manifest] = [folderOf(id), manifestOf(id)]
  for (const { file, sha256 } of [manifest.reference, manifest.classes]) {
    expect(await sha256OfFile(join(folder, file))).toBe(sha256)
  }
  expect(manifest.parameters).toBe(parameters)
})
