import type { Manifest } from '../../src-main/contract/trainer.ts'
import type { Network, NewLayer } from '../../src-main/contract/network.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { ALL_ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { assemble } from '../../src-main/learning/plan/assemble.ts'

const HEADS: Manifest['heads'] = [
  { name: 'kind', column: 'kind', type: 'classification', classes: ['ant', 'bee', 'wasp'] },
  { name: 'size', column: 'size', type: 'regression', classes: [] },
]

export interface ToyOptions {
  readonly architecture: string
  readonly size: number
  readonly options?: Record<string, unknown>
  readonly newLayers?: NewLayer[]
  /** Default: a classification and a regression head. */
  readonly heads?: Manifest['heads']
  /** Makes another network of the one with its heads. */
  readonly change?: (network: Network) => Network
}

/** A network with two heads and seeded weights that keep its activations in range, as an exporter gets it. */
export function toyModel({
  architecture,
  size,
  options = {},
  newLayers = [],
  heads = HEADS,
  change = (network) => network,
}: ToyOptions): ExportModel {
  const row = ALL_ARCHITECTURES.find((candidate) => candidate.type === architecture)!
  const base = row.build(row.params.schema.parse(options), { kind: 'image', size, channels: 3 })
  const resolved = heads.map((head) => ({ head, weight: 1, layer: `head_${head.name}` }))
  const { network } = assemble(base, { cut: undefined, replace: [], newLayers }, resolved)
  const exported = exportNetwork(change(network), heads)
  const { weights } = inferNetwork(exported)
  const values = new Map(
    weights.map(({ fullName, name, shape, fanIn }) => {
      const random = seededRandom(1, fullName)
      const isPositive = name === 'moving_variance' || name === 'gamma'
      const draw = (): number => (isPositive ? 0.5 + random() : (random() - 0.5) * 2 * Math.sqrt(3 / fanIn))
      return [fullName, Float32Array.from({ length: shape.reduce((size, value) => size * value, 1) }, draw)]
    }),
  )
  return {
    network: exported,
    weights,
    read: (fullName) => values.get(fullName)!,
    preprocessing: {
      kind: 'image',
      height: size,
      width: size,
      channels: 3,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      resize: 'cover',
    },
    heads,
  }
}

/** Seeded inputs in -1..1, one per sample. */
export function toyRows(count: number, length: number): Float32Array[] {
  const random = seededRandom(7, 'inputs')
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => random() * 2 - 1))
}
