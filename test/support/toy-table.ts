import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { writeTable } from '../../src-main/data/table-pack.ts'
import { mlp } from '../../src-main/learning/architectures/mlp.ts'
import { temporaryFolder, toyJob } from './toy-run.ts'

/** A job on a table of two numeric columns and one of three categories, with a class that follows from them; a small MLP of sigmoid units. */
export async function toyTableJob(strategy: Record<string, unknown> & { type: string }): Promise<TrainJob> {
  const folder = temporaryFolder()
  const job = await toyJob({ strategy: strategy.type, spec: { epochs: 4, batchSize: 16 }, folder })
  const random = seededRandom(4)
  const rows = 160
  const size = Float64Array.from({ length: rows }, () => 50 + 20 * random())
  const share = Float64Array.from({ length: rows }, () => random() - 3)
  const colour = Float64Array.from({ length: rows }, () => Math.floor(random() * 3))
  const pack = join(folder, 'table.bin')
  const columns = [
    { name: 'size', type: 'numeric' as const, categories: [], values: size },
    { name: 'share', type: 'numeric' as const, categories: [], values: share },
    { name: 'colour', type: 'categorical' as const, categories: ['red', 'blue', 'green'], values: colour },
  ]
  await writeTable(pack, { rows, columns })
  const splitOf = (row: number) => (row % 5 === 0 ? 'validation' : row % 5 === 1 ? 'test' : 'train')
  const classOf = (row: number) => (size[row]! + 10 * (colour[row] === 0 ? 1 : 0) > 63 ? 1 : 0)
  const items: Manifest['items'] = Array.from({ length: rows }, (_, row) => ({
    id: row + 1,
    name: `row ${row + 1}`,
    path: null,
    row,
    contentHash: `r${row}`,
    split: splitOf(row),
    targets: [row % 5 === 2 ? null : classOf(row)],
  }))
  const heads: Manifest['heads'] = [{ name: 'label', column: 'label', type: 'classification', classes: ['no', 'yes'] }]
  const dataset = { id: 'd', name: 'things', version: 1, hash: 'x', kind: 'table' as const }
  const manifest = join(folder, 'manifest.json')
  writeFileSync(manifest, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  const options = mlp.params.schema.parse({ hidden: '12,8', activation: 'sigmoid' })
  const built = mlp.build(options, { kind: 'table', features: 5 })
  const head = {
    name: 'head_label',
    type: 'Dense' as const,
    config: { units: 2 },
    inputs: [built.features],
    block: 'head',
  }
  const network = {
    ...built,
    layers: [...built.layers, head],
    outputs: [head.name],
    blocks: [...built.blocks, { name: 'head', label: 'Head' }],
  }
  return {
    ...job,
    spec: { ...job.spec, strategy },
    network,
    states: Object.fromEntries(network.layers.map((layer) => [layer.name, 'fresh' as const])),
    cachedUpTo: null,
    preprocessing: {
      kind: 'table',
      columns: [
        { name: 'size', type: 'numeric', mean: 60, std: 5.8 },
        { name: 'share', type: 'numeric', mean: -2.5, std: 0.29 },
        { name: 'colour', type: 'categorical', categories: ['red', 'blue', 'green'] },
      ],
    },
    manifest,
    weights: null,
  }
}
