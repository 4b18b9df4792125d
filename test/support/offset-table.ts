import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { writeTable } from '../../src-main/data/table-pack.ts'
import { mlp } from '../../src-main/learning/architectures/mlp.ts'
import { toyJob } from './toy-run.ts'

/** Milliseconds since 1970, spread over about a second and a half, a colour, and a number that follows from both: a billion, give or take
 *  one. No 32-bit number lies between 1e9 and 1e9 + 64. */
export async function offsetTableJob(folder: string): Promise<TrainJob> {
  const job = await toyJob({ strategy: 'feature-extraction', folder })
  const random = seededRandom(4)
  const rows = 200
  const when = Float64Array.from({ length: rows }, () => 1.7e12 + 3500 * random())
  const colour = Float64Array.from({ length: rows }, () => Math.floor(random() * 2))
  const pack = join(folder, 'table.bin')
  await writeTable(pack, {
    rows,
    columns: [
      { name: 'when', type: 'numeric', categories: [], values: when },
      { name: 'colour', type: 'categorical', categories: ['red', 'blue'], values: colour },
    ],
  })
  const splits = ['validation', 'test', 'train', 'train', 'train'] as const
  const items: Manifest['items'] = Array.from({ length: rows }, (_, row) => ({
    id: row + 1,
    name: `row ${row + 1}`,
    path: null,
    row,
    contentHash: `r${row}`,
    split: splits[row % 5]!,
    targets: [1e9 + (when[row]! - 1.7e12 - 1750) / 1000 + (colour[row] === 0 ? 0.5 : 0)],
  }))
  const heads: Manifest['heads'] = [{ name: 'price', column: 'price', type: 'regression', classes: [] }]
  const dataset = { id: 'd', name: 'things', version: 1, hash: 'x', kind: 'table' as const }
  const manifest = join(folder, 'manifest.json')
  writeFileSync(manifest, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  const built = mlp.build(mlp.params.schema.parse({ hidden: '16' }), { kind: 'table', features: 3 })
  const head = {
    name: 'head_price',
    type: 'Dense' as const,
    config: { units: 1 },
    inputs: [built.features],
    block: 'head',
  }
  const layers = [...built.layers, head]
  return {
    ...job,
    spec: {
      ...job.spec,
      heads: [{ name: 'price', column: 'price', type: 'regression', weight: 1 }],
      epochs: 40,
      batchSize: 16,
    },
    network: { ...built, layers, outputs: [head.name], blocks: [...built.blocks, { name: 'head', label: 'Head' }] },
    states: Object.fromEntries(layers.map((layer) => [layer.name, 'fresh' as const])),
    cachedUpTo: null,
    preprocessing: {
      kind: 'table',
      columns: [
        { name: 'when', type: 'numeric', mean: 1.7e12 + 1750, std: 1010 },
        { name: 'colour', type: 'categorical', categories: ['red', 'blue'] },
      ],
    },
    manifest,
    weights: null,
  }
}
