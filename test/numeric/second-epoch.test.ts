import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { LayerState } from '../../src-main/contract/network.ts'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { openPackWriter } from '../../src-main/data/pack.ts'
import { loadBaseModels } from '../../src-main/learning/catalog.ts'
import { messagesOf, runToy, temporaryFolder, toyJob } from '../support/toy-run.ts'

const RESOURCES = fileURLToPath(new URL('../../resources', import.meta.url))
const SIZE = 96
const IMAGES = 96

async function noiseManifest(folder: string): Promise<string> {
  const random = seededRandom(1)
  const pack = join(folder, 'noise.u8')
  const writer = await openPackWriter(pack, { height: SIZE, width: SIZE, channels: 3 })
  for (let i = 0; i < IMAGES; i++) await writer.add(new Uint8Array(SIZE * SIZE * 3).map(() => 256 * random()))
  await writer.close()
  const items: Manifest['items'] = Array.from({ length: IMAGES }, (_, i) => {
    const split = i < 80 ? 'train' : 'validation'
    return { id: i, name: `noise ${i}`, path: null, row: i, contentHash: `n${i}`, split, targets: [i % 2] }
  })
  const heads: Manifest['heads'] = [{ name: 'label', column: 'label', type: 'classification', classes: ['a', 'b'] }]
  const dataset = { id: 'd', name: 'noise', version: 1, hash: 'x', kind: 'image' as const }
  const path = join(folder, 'noise.json')
  writeFileSync(path, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  return path
}

test('after the first epoch, feature extraction on EfficientNet-Lite0 costs its head alone', async () => {
  const folder = temporaryFolder()
  const base = (await loadBaseModels(RESOURCES)).find(({ id }) => id === 'efficientnet-lite0')!
  const { features } = base.network
  const layers = structuredClone(base.network.layers)
  layers.splice(layers.findIndex(({ name }) => name === features) + 1)
  layers[0]!.config = { shape: [SIZE, SIZE, 3] }
  layers.push({ name: 'head_label', type: 'Dense', config: { units: 2 }, inputs: [features], block: 'head' })
  const states = Object.fromEntries(layers.map(({ name }) => [name, 'frozen' as LayerState]))
  const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 6, batchSize: 16 }, folder })
  const run = await runToy({
    ...job,
    network: { ...base.network, layers, outputs: ['head_label'] },
    states: { ...states, head_label: 'fresh' },
    cachedUpTo: features,
    preprocessing: { ...base.preprocessing, height: SIZE, width: SIZE },
    manifest: await noiseManifest(folder),
    weights: base.weights,
    threads: 0,
  })
  const seconds = messagesOf(run, 'epoch').map((message) => message.seconds)
  // The median of the later ones, so that a busy machine's hiccup does not count.
  const later = seconds.slice(1).sort((a, b) => a - b)[2]!
  expect(later / seconds[0]!).toBeLessThan(0.05)
  const change = messagesOf(run, 'weights')[0]!.changes.filter(({ state }) => state === 'frozen')
  expect(change.length).toBeGreaterThan(90)
  expect(change.every((layer) => layer.change === 0 && (layer.movingChange ?? 0) === 0)).toBe(true)
})
