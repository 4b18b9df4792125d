import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PROGRAM_FILES } from '../../contract/proof-words.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Tf } from '../runtime.ts'
import { type Coordinate, tableCoordinates } from '../trees/coordinates.ts'
import { rulesText } from '../trees/tree-rules.ts'
import { readTree, type ReadTree } from '../trees/tree-network.ts'
import type { Exporter, ExportModel, Predictor } from './exporter.ts'
import { PREDICT_JS, PREDICT_PY } from './rules-programs.ts'

/** A tree on columns as files that need no library: tree.json, rules.txt, predict.mjs and predict.py. */
export const rulesExporter: Exporter = Object.freeze({ type: 'rules', refuses, write, load })

interface TreeOnColumns {
  readonly tree: ReadTree
  readonly coordinates: readonly Coordinate[]
  readonly classes: readonly string[]
}

function refuses(model: ExportModel): GraftError | null {
  const tree = readTree(model.network, model.read)
  const isOnColumns = tree?.from === model.network.layers[0]?.name && model.preprocessing.kind === 'table'
  if (isOnColumns) return null
  const received = tree === null ? 'a network' : `a tree on the outputs of "${tree.from}", which a network computes`
  return new GraftError('E_EXPORT_FORMAT', `Expected a born-again tree on columns. Received: ${received}.`, {
    fix: 'Export it for TensorFlow.js or Keras.',
  })
}

function treeOf(model: ExportModel): TreeOnColumns {
  const refusal = refuses(model)
  if (refusal !== null || model.preprocessing.kind !== 'table') throw refusal ?? new Error('no table')
  const { coordinates } = tableCoordinates(model.preprocessing)
  return { tree: readTree(model.network, model.read)!, coordinates, classes: model.heads[0]!.classes }
}

function write(model: ExportModel, folder: string): Promise<void> {
  const { tree, coordinates, classes } = treeOf(model)
  const inputs = coordinates.map((coordinate) =>
    coordinate.kind === 'number'
      ? { column: coordinate.name, mean: coordinate.mean, std: coordinate.std }
      : { column: coordinate.name, ...(coordinate.kind === 'category' ? { category: coordinate.category } : {}) },
  )
  const nodes = tree.nodes.map((node) => {
    if ('probabilities' in node) return { probabilities: node.probabilities }
    const { feature, threshold, left, right } = node
    return { input: feature, threshold, left, right }
  })
  const json = { format: 'graft-tree', version: 1, classes, inputs, nodes }
  writeFileSync(join(folder, 'tree.json'), `${JSON.stringify(json, null, 1)}\n`)
  writeFileSync(join(folder, 'rules.txt'), rulesText(tree, coordinates, classes))
  writeFileSync(join(folder, PROGRAM_FILES.javascript), PREDICT_JS)
  writeFileSync(join(folder, PROGRAM_FILES.python), PREDICT_PY)
  return Promise.resolve()
}

/** The proof runs the program that was written, on the tree that was written. */
async function load(tf: Tf, folder: string): Promise<Predictor> {
  const program = (await import(/* @vite-ignore */ pathToFileURL(join(folder, PROGRAM_FILES.javascript)).href)) as {
    predictInputs(x: ArrayLike<number>): number[]
  }
  return (x) => {
    const [rows = 0, width = 0] = x.shape
    const values = x.dataSync()
    const outputs = Array.from({ length: rows }, (_, i) =>
      program.predictInputs(values.subarray(i * width, (i + 1) * width)),
    )
    return [tf.tensor2d(outputs)]
  }
}
