import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Network } from '../../src-main/contract/network.ts'
import { visionTransformer } from '../../src-main/learning/architectures/vision-transformer.ts'
import { createModel, type Model } from '../../src-main/learning/engine/model/model.ts'
import { createPlainInference } from '../../src-main/learning/engine/model/plain-inference.ts'
import { attentionRollout, tokenGrid } from '../../src-main/learning/explain/attention-rollout.ts'
import { gradCam, gradientAt, scoreWith } from '../../src-main/learning/explain/grad-cam.ts'
import { occlusion } from '../../src-main/learning/explain/occlusion.ts'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { softmax } from '../../src-main/base/softmax.ts'
import { formulaWeights } from '../support/formula-weights.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { relativeDifference } from '../support/reference-differences.ts'

interface Recorded {
  file: string
  side: number
  unit: number
  values: number[]
}

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
/** Made by PyTorch; make-explain.py beside it says how. */
const reference = JSON.parse(readFileSync(`${fixtures}/reference/explain.json`, 'utf8')) as {
  gradCam: (Recorded & { layer: string; shape: number[] })[]
  occlusion: (Recorded & { patch: number; stride: number; fill: number[] })[]
  rollout: { values: number[]; mean: number[] }
}
const { tf } = nativeRuntime()

async function imported(file: string, inputSize: number) {
  const path = `${fixtures}/imports/${file}`
  return IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize })
}

/** The first picture of that side, (1, H, W, C). */
function picture(side: number): Float32Array {
  const { values, shape } = readAllFloat32(`${fixtures}/imports/torch-inputs.safetensors`).get(String(side))!
  return values.slice(0, values.length / shape[0]!)
}

async function withModel(file: string, side: number, work: (model: Model) => void): Promise<void> {
  const { network, weights } = await imported(file, side)
  const model = createModel(tf, network, weights, 0)
  const before = tf.memory().numTensors
  work(model)
  expect(tf.memory().numTensors).toBe(before)
  model.dispose()
}

describe('Grad-CAM is what autograd of PyTorch gives', () => {
  test.each(reference.gradCam)('$file at $layer, class $unit', async ({ file, side, layer, unit, shape, values }) => {
    await withModel(file, side, (model) => {
      const x = tf.tensor(picture(side), [1, side, side, 3])
      const [heat] = gradCam(tf, model, x, { layer, units: [unit] })
      x.dispose()
      expect([heat!.rows, heat!.columns]).toEqual(shape)
      expect(Math.max(...values)).toBeGreaterThan(0)
      expect(relativeDifference(heat!.values, values)).toBeLessThan(1e-4)
      expect(largestDifference(heat!.values, values)).toBeLessThan(1e-4)
    })
  })

  test('with a gradient that is the slope of the score, by every path', async () => {
    // A skip passes round the block that follows: both read the layer. This network has no kinks, which differences would step over.
    await withModel('safetensors/efficientnet_b0.safetensors', 32, (model) => {
      tf.tidy(() => {
        const x = tf.tensor(picture(32), [1, 32, 32, 3])
        const at = { layer: 'blocks.1.0.bn3', unit: 1 }
        const gradient = gradientAt(tf, model, x, at)
        const direction = tf.sign(gradient)
        const step = 1e-2
        const moved = (by: number) => scoreWith(tf, model, x, { ...at, added: tf.mul(direction, by) }).dataSync()[0]!
        const slope = (moved(step) - moved(-step)) / (2 * step)
        const along = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!
        expect(Math.abs(slope)).toBeGreaterThan(0.1)
        expect(Math.abs(along - slope)).toBeLessThan(5e-3 * Math.abs(slope))
      })
    })
  })
})

describe('occlusion is what PyTorch gives patch by patch', () => {
  test.each(reference.occlusion)('$file, $patch pixels in steps of $stride', async (wanted) => {
    const { file, side, patch, stride, unit, fill, values } = wanted
    const { network, weights } = await imported(file, side)
    const samples = { shape: [side, side, 3] }
    const inference = createPlainInference({ tf }, { network, weights, samples })
    const answers = async (pictures: Float32Array) => {
      const [logits] = inference.run(pictures)
      const rows = Array.from({ length: logits!.length / 5 }, (_, i) => [...softmax(logits!.subarray(i * 5, i * 5 + 5))]) // prettier-ignore
      return rows.flat()
    }
    const subject = { values: picture(side), shape: samples.shape, fill }
    const [heat] = await occlusion(subject, { patch, stride, units: [unit], answers })
    inference.dispose()
    expect([heat!.rows, heat!.columns]).toEqual([side, side])
    expect(relativeDifference(heat!.values, values)).toBeLessThan(1e-3)
    expect(largestDifference(heat!.values, values)).toBeLessThan(1e-4)
  })
})

describe('attention rollout is what PyTorch gives', () => {
  const network = visionTransformer({ name: 'vit', shape: [16, 16, 3], patch: 4, width: 12, depth: 3, heads: 3, classes: 4 }) // prettier-ignore
  const pixels = Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => Math.sin(0.37 * i * i))

  function rollout(given: Network): Float32Array {
    const model = createModel(tf, given, formulaWeights(network), 0)
    const x = tf.tensor(pixels, [1, 16, 16, 3])
    const heat = attentionRollout(tf, model, x, tokenGrid(given)!)
    x.dispose()
    model.dispose()
    expect([heat.rows, heat.columns]).toEqual([4, 4])
    return heat.values
  }

  test('to the class token', () => {
    expect(tokenGrid(network)).toMatchObject({ rows: 4, columns: 4, prefix: 1, read: 0 })
    expect(largestDifference(rollout(network), reference.rollout.values)).toBeLessThan(1e-6)
  })

  test('to the mean of the tokens, where the head reads that', () => {
    const layers = network.layers.map((layer) =>
      layer.name === 'pool' ? { ...layer, type: 'GlobalAveragePooling1D' as const, config: {} } : layer,
    )
    const mean = { ...network, layers }
    expect(tokenGrid(mean)).toMatchObject({ read: null })
    expect(largestDifference(rollout(mean), reference.rollout.mean)).toBeLessThan(1e-6)
  })
})
