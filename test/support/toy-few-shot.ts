import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { openPackWriter } from '../../src-main/data/pack.ts'

const SIZE = 8
const CLASSES = 8
const ITEMS = 96

/** The toy with eight classes instead of three, a bright bar at another height for each, and without the BatchNorm that few-shot tasks
 *  leave alone. */
export async function withManyClasses(job: TrainJob, folder: string): Promise<TrainJob> {
  const random = seededRandom(11)
  const pack = join(folder, 'many.u8')
  const writer = await openPackWriter(pack, { height: SIZE, width: SIZE, channels: 1 })
  const items: Manifest['items'] = []
  for (let i = 0; i < ITEMS; i++) {
    const label = i % CLASSES
    const pixels = new Uint8Array(SIZE * SIZE).map(() => Math.floor(random() * 80))
    pixels.fill(230, label * SIZE, (label + 1) * SIZE)
    await writer.add(pixels)
    const split = i < 64 ? 'train' : i < 80 ? 'validation' : 'test'
    items.push({ id: i + 1, name: `bar ${i}`, path: null, row: i, contentHash: `m${i}`, split, targets: [label] })
  }
  await writer.close()
  const original = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
  const classes = Array.from({ length: CLASSES }, (_, c) => `height ${c}`)
  const heads = original.heads.map((head) => ({ ...head, classes }))
  const manifest = join(folder, 'many.json')
  writeFileSync(manifest, JSON.stringify({ ...original, heads, pack, items } satisfies Manifest))
  return { ...job, manifest, network: withoutNewBatchNorm(job.network) }
}

function withoutNewBatchNorm(network: Network): Network {
  const layers = network.layers
    .filter(({ name }) => name !== 'new1_bn')
    .map((layer) => ({
      ...layer,
      inputs: layer.inputs.map((name) => (name === 'new1_bn' ? 'new1_dense' : name)),
      config: layer.name === 'head_label' ? { ...layer.config, units: CLASSES } : layer.config,
    }))
  return { ...network, layers }
}
