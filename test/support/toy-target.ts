import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { Manifest, type TrainJob } from '../../src-main/contract/trainer.ts'
import { openPack, openPackWriter } from '../../src-main/data/pack.ts'

/** Gives a toy job a further dataset, named `target`, as `strategy.target`: the toy's images, brighter, with less contrast and other noise;
 *  half of its training items are without a label. */
export async function withTarget(job: TrainJob, folder: string): Promise<TrainJob> {
  const own = join(folder, 'target')
  mkdirSync(own, { recursive: true })
  const source = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  const pixels = openPack(source.pack!)
  const pack = join(own, 'pixels.u8')
  const writer = await openPackWriter(pack, pixels.shape)
  const random = seededRandom(17)
  for (let row = 0; row < pixels.rows; row++) {
    await writer.add(pixels.row(row).map((value) => Math.floor(90 + 0.5 * value + 30 * random())))
  }
  await writer.close()
  pixels.close()
  const items = source.items.map((item, row) => ({
    ...item,
    contentHash: `t${row}`,
    targets: item.split === 'train' && row % 2 === 0 ? item.targets.map(() => null) : item.targets,
  }))
  const dataset = { ...source.dataset, id: 't', name: 'target' }
  const manifest = join(own, 'manifest.json')
  writeFileSync(manifest, JSON.stringify({ ...source, dataset, pack, items } satisfies Manifest))
  // The toy's own features layer may be frozen; this one never is.
  const strategy = { ...job.spec.strategy, target: 'target', features: 'new1_dense' }
  return { ...job, datasets: { ...job.datasets, target: manifest }, spec: { ...job.spec, strategy } }
}
