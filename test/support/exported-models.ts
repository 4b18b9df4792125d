import type { Network, Preprocessing } from '../../src-main/contract/network.ts'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { growTree } from '../../src-main/learning/strategies/born-again-tree/grow-tree.ts'
import { treeNetwork, treeWeights } from '../../src-main/learning/trees/tree-network.ts'
import { everyLayerNetwork, importedLayersNetwork } from './random-network.ts'
import { transformerNetwork } from './transformer-network.ts'

const HEADS: Manifest['heads'] = [
  { name: 'label', column: 'label', type: 'classification', classes: ['ant', 'b|e', 'wasp'] },
]
export const IMAGE: Extract<Preprocessing, { kind: 'image' }> = {
  ...{ kind: 'image', height: 8, width: 8, channels: 3, resize: 'cover' },
  ...{ mean: [0.5, 0.4, 0.3], std: [0.25, 0.5, 1] },
}

/** One network of every layer type that Graft's own networks have, as an exporter gets it; its weights are eighths. How its own
 *  random numbers are drawn is no matter of the exported file. */
export function exportedNetwork(): ExportModel {
  return exportedFrom(everyLayerNetwork())
}

/** The same with the layer types of imported networks. */
export function exportedImport(): ExportModel {
  return exportedFrom(exportableImport())
}

/** With nearest up-sampling alone, as the golden files have it. */
export function exportableImport(): Network {
  const { layers, ...network } = importedLayersNetwork()
  const nearest = layers.map((layer) => {
    return layer.type === 'UpSampling2D' ? { ...layer, config: { size: layer.config['size'] } } : layer
  })
  return { ...network, layers: nearest }
}

/** The same with the layer types of transformers. */
export function exportedTransformer(): ExportModel {
  return exportedFrom(transformerNetwork())
}

function exportedFrom(every: Network): ExportModel {
  const drawn = { Dropout: { seed: 5 }, Conv2D: { kernel_initializer: 'he_normal' } } as Record<string, object>
  const layers = every.layers.map((layer) => ({ ...layer, config: { ...layer.config, ...drawn[layer.type] } }))
  const network = exportNetwork({ ...every, layers }, HEADS)
  const { weights } = inferNetwork(network)
  const size = (name: string): number => weights.find(({ fullName }) => fullName === name)!.shape.reduce((a, b) => a * b, 1) // prettier-ignore
  const read = (name: string) => Float32Array.from({ length: size(name) }, (_, i) => (i % 16) / 8)
  return { network, weights, read, preprocessing: IMAGE, heads: HEADS }
}

/** Its rules, for a table of two columns. */
export async function exportedTree(): Promise<ExportModel> {
  const x = Float32Array.from({ length: 60 }, (_, i) => ((i * 7) % 11) / 4)
  const y = Int32Array.from({ length: 20 }, (_, i) => Number(x[i * 3]! > 1) + Number(x[i * 3 + 1]! > 2))
  const grown = await growTree({ width: 3, x, y }, { classes: 3, maxLeaves: 4, maxDepth: 3, minLeaf: 1 })
  const layers: Network['layers'] = [
    { name: 'input', type: 'InputLayer', config: { shape: [3] }, inputs: [], block: 'input' },
  ]
  const prefix = { name: 'table', blocks: [{ name: 'input', label: 'Input' }], layers, outputs: ['input'], features: 'input' } // prettier-ignore
  const network = exportNetwork(treeNetwork(grown, prefix, { name: 'head_label', block: 'head' }), HEADS)
  const weights = treeWeights(grown, 'head_label')
  const preprocessing: Preprocessing = {
    kind: 'table',
    columns: [
      { name: 'age', type: 'numeric', mean: 1, std: 2 },
      { name: 'colour', type: 'categorical', categories: ['red', 'blue'] },
    ],
  }
  const read = (name: string) => weights.get(name)!.values
  return { network, weights: inferNetwork(network).weights, read, preprocessing, heads: HEADS }
}
