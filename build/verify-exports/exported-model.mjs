import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { ALL_ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { loadBaseModels } from '../../src-main/learning/catalog.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { assemble } from '../../src-main/learning/plan/assemble.ts'
import { readModelWeights } from '../../src-main/learning/weights/model-weights.ts'
import { KIND, NETWORKS } from './networks.mjs'

/** The network of that name as an exporter gets it. */
export async function exportedModel(name) {
  const row = NETWORKS[name]
  return row.base === undefined ? randomModel(row) : shippedModel(row.base)
}

export async function shippedModel(type) {
  const bases = loadBaseModels(fileURLToPath(new URL('../../resources', import.meta.url)))
  const base = bases.find(({ id }) => id.includes(type))
  const classes = base.classes
  const heads = [{ name: 'predictions', column: 'predictions', type: 'classification', classes }]
  const network = exportNetwork(base.network, heads)
  const { weights } = inferNetwork(network)
  const values = await readModelWeights(base.weights, weights)
  return { network, weights, heads, preprocessing: base.preprocessing, read: (weight) => values.get(weight).values }
}

function randomModel({ architecture, input, options = {}, heads = [KIND] }) {
  const row = ALL_ARCHITECTURES.find(({ type }) => type === architecture)
  const base = row.build(row.params.schema.parse(options), input)
  const resolved = heads.map((head) => ({ head, weight: 1, layer: `head_${head.name}` }))
  const network = exportNetwork(assemble(base, { cut: undefined, replace: [], newLayers: [] }, resolved).network, heads)
  const { weights } = inferNetwork(network)
  const values = new Map(weights.map((weight) => [weight.fullName, drawn(weight)]))
  return { network, weights, heads, preprocessing: preprocessingOf(input), read: (weight) => values.get(weight) }
}

/** Numbers that keep a network's activations in range, and statistics that are not 0 and 1. */
function drawn({ fullName, name, shape, fanIn }) {
  const random = seededRandom(1, fullName)
  const isPositive = name === 'moving_variance' || name === 'gamma'
  const draw = () => (isPositive ? 0.5 + random() : (random() - 0.5) * 2 * Math.sqrt(3 / fanIn))
  return Float32Array.from({ length: shape.reduce((total, size) => total * size, 1) }, draw)
}

function preprocessingOf(input) {
  if (input.kind === 'table') {
    const columns = Array.from({ length: input.features }, (_, i) => ({
      name: `c${i}`,
      type: 'numeric',
      mean: i,
      std: 2,
    }))
    return { kind: 'table', columns }
  }
  const [mean, std] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]].map((values) => values.slice(0, input.channels)) // prettier-ignore
  const { size, channels } = input
  return { kind: 'image', height: size, width: size, channels, mean, std, resize: 'cover' }
}
