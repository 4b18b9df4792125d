import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Layer } from '../../src-main/contract/network.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { movesIn, prefixEnd } from '../../src-main/learning/network/prefix-end.ts'

/** Two more columns of the toy, both partly unlabelled: whether the bar is at the top, and a number that falls with its height. */
const HEADS: Manifest['heads'] = [
  { name: 'is top', column: 'top', type: 'classification', classes: ['no', 'yes'] },
  { name: 'height', column: 'height', type: 'regression', classes: [] },
]

/** The toy with three heads. Every fifth item lacks the second label, every fourth the third; one has no label but the third. */
export function withTasks(job: TrainJob): TrainJob {
  const manifest = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
  const items = manifest.items.map((item, i) => {
    const label = i % 3
    const top = i % 5 === 0 ? null : label === 0 ? 1 : 0
    const height = i % 4 === 0 ? null : 10 - 3 * label + (i % 7) / 10
    return { ...item, targets: [item.targets[0] ?? null, top, height] }
  })
  const path = join(dirname(job.manifest), 'tasks.json')
  writeFileSync(path, JSON.stringify({ ...manifest, heads: [...manifest.heads, ...HEADS], items }))
  const [first] = job.network.outputs
  const old = job.network.layers.find(({ name }) => name === first)!
  const layers = HEADS.map((head, i): Layer => {
    const units = head.type === 'classification' ? head.classes.length : 1
    return { ...old, name: ['head_is_top', 'head_height'][i]!, config: { units } }
  })
  const network = {
    ...job.network,
    layers: [...job.network.layers, ...layers],
    outputs: [...job.network.outputs, ...layers.map(({ name }) => name)],
  }
  const states = { ...job.states, ...Object.fromEntries(layers.map(({ name }) => [name, 'fresh' as const])) }
  const heads = HEADS.map(({ name, column, type }) => ({ name, column, type, weight: 1 }))
  const spec = { ...job.spec, heads: [...job.spec.heads, ...heads] }
  return { ...job, network, states, spec, manifest: path, cachedUpTo: prefixEnd(network, movesIn(states)) }
}
