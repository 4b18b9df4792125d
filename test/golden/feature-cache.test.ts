import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Network } from '../../src-main/contract/network.ts'
import { AugmentSpec } from '../../src-main/contract/spec.ts'
import { featureKey } from '../../src-main/learning/engine/features/cached-samples.ts'
import { openFeatureCache, prefixKey } from '../../src-main/learning/engine/features/feature-cache.ts'
import { imageData, type ImagePreprocessing } from '../../src-main/learning/engine/data/image-data.ts'
import type { TrainingData } from '../../src-main/learning/engine/data/training-data.ts'
import { golden } from '../support/golden.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-golden-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PREPROCESSING: ImagePreprocessing = {
  kind: 'image',
  height: 2,
  width: 3,
  channels: 3,
  mean: [0.5, 0.4, 0.3],
  std: [0.25, 0.5, 1],
  resize: 'cover',
}

function network(): Network {
  const block = 'all'
  return {
    name: 'small',
    blocks: [{ name: block, label: 'All' }],
    layers: [
      { name: 'input', type: 'InputLayer', config: { shape: [2, 3, 3] }, inputs: [], block },
      { name: 'conv', type: 'Conv2D', config: { filters: 2, kernel_size: 1 }, inputs: ['input'], block },
      { name: 'relu', type: 'ReLU', config: {}, inputs: ['conv'], block },
      { name: 'pool', type: 'GlobalAveragePooling2D', config: {}, inputs: ['relu'], block },
      { name: 'head', type: 'Dense', config: { units: 2 }, inputs: ['pool'], block },
    ],
    outputs: ['head'],
    features: 'pool',
  }
}

const weights = (changed?: string) =>
  new Map(
    [['conv/kernel', [1, 1, 3, 2]] as const, ['conv/bias', [2]] as const, ['head/kernel', [2, 2]] as const].map(
      ([name, shape]) => {
        const values = Float32Array.from({ length: shape.reduce<number>((a, b) => a * b, 1) }, (_, i) => i / 8 - 0.25)
        if (name === changed) values[1] = values[1]! + 1
        return [name, { shape, values }]
      },
    ),
  )
const withLayer = (name: string, change: Partial<Network['layers'][number]>): Network => {
  const plain = network()
  return { ...plain, layers: plain.layers.map((layer) => (layer.name === name ? { ...layer, ...change } : layer)) }
}
const OPTIONS = { preprocessingKey: 'as it is', precision: 'float32' }

describe('the folder of cached features', () => {
  const plain = prefixKey(network(), weights(), 'pool', OPTIONS)

  it('has the name that it had, so that an update finds what is there', async () => {
    await golden('feature folders', {
      'up to pool': plain,
      'up to relu': prefixKey(network(), weights(), 'relu', OPTIONS),
      bfloat16: prefixKey(network(), weights(), 'pool', { ...OPTIONS, precision: 'bfloat16' }),
    })
  })

  it('has another name for everything that a feature depends on', () => {
    const keys = {
      plain,
      kernel: prefixKey(network(), weights('conv/kernel'), 'pool', OPTIONS),
      bias: prefixKey(network(), weights('conv/bias'), 'pool', OPTIONS),
      cut: prefixKey(network(), weights(), 'relu', OPTIONS),
      preprocessing: prefixKey(network(), weights(), 'pool', { ...OPTIONS, preprocessingKey: 'other' }),
      precision: prefixKey(network(), weights(), 'pool', { ...OPTIONS, precision: 'bfloat16' }),
      'an argument of a layer': prefixKey(withLayer('relu', { config: { max_value: 6 } }), weights(), 'pool', OPTIONS),
      'type of a layer': prefixKey(withLayer('relu', { type: 'Flatten' }), weights(), 'pool', OPTIONS),
      'inputs of a layer': prefixKey(withLayer('pool', { inputs: ['conv'] }), weights(), 'pool', OPTIONS),
    }
    expect(new Set(Object.values(keys)).size, JSON.stringify(keys, null, 1)).toBe(Object.keys(keys).length)
  })

  it('has the same name whatever comes after the cut', () => {
    const longer = withLayer('head', { config: { units: 7 } })
    expect(prefixKey(longer, weights('head/kernel'), 'pool', OPTIONS)).toBe(plain)
  })
})

describe('a row of cached features', () => {
  const dataOf = (augment: Partial<AugmentSpec>, seed = 1): TrainingData => {
    const hashes = ['a'.repeat(64), 'b'.repeat(64)]
    const full = AugmentSpec.parse({ copies: 3, ...augment })
    const images = imageData({
      preprocessing: PREPROCESSING,
      augment: full,
      seed,
      hashes,
      load: () => new Uint8Array(),
    })
    return { ...images, hashes } as unknown as TrainingData
  }

  it('is kept by the picture and, of an augmented copy, by the settings and its number', async () => {
    const data = dataOf({ flip: true, crop: 0.8 })
    await golden('feature rows', {
      'as it is': featureKey(data, 0, 0),
      'copy 1': featureKey(data, 0, 1),
      'copy 2 of another': featureKey(data, 1, 2),
    })
  })

  it('of a copy has another key for each setting that changes pixels, and the same for every seed', () => {
    const changes = [{ flip: true }, { crop: 0.5 }, { shift: 0.2 }, { rotate: 20 }, { colour: 0.5 }, { cutout: 0.3 }]
    const keys = [{}, ...changes].map((change) => featureKey(dataOf({ crop: 0.8, ...change }), 0, 1))
    expect(new Set(keys).size).toBe(keys.length)
    for (const alike of [dataOf({ crop: 0.8 }, 2), dataOf({ crop: 0.8, mixup: 0.2 }), dataOf({ crop: 0.8, copies: 9 })])
      expect(featureKey(alike, 0, 1)).toBe(keys[0])
  })

  it('lies in the file as it did', async () => {
    const place = join(folder, 'features')
    const cache = openFeatureCache(place, 2, 'golden')
    await cache.addRows(['one', 'two'], Float32Array.of(1, -2, 0.5, 4))
    await cache.flush()
    cache.close()
    const file = readdirSync(place).find((name) => name.endsWith('.f32'))!
    await golden('feature file', readFileSync(join(place, file)).toString('hex'))
  })
})
