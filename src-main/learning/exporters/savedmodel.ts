import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import { savedModel } from '../engine/compile/graph-def.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { Exporter, ExportModel, Predictor } from './exporter.ts'
import { lower } from '../operations/lower.ts'
import { graphNodes, outputNode } from './savedmodel/graph-nodes.ts'
import { savedModelRuntimes } from './savedmodel/runtimes.ts'

/** TensorFlow Serving looks for versions, which are numbers, below a model's name. */
const VERSION_FOLDER = ['model', '1'] as const
/** Protocol Buffers hold no more in one message. */
const MOST_BYTES = 2 ** 31 - 1

/** TensorFlow SavedModel: model/1/saved_model.pb, one graph with its weights inside and the signature `serving_default`. */
export const savedModelExporter: Exporter = Object.freeze({
  type: 'savedmodel',
  runtime: 'tensorflow',
  refuses: ({ weights }: ExportModel) => tooLarge(weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)), // prettier-ignore
  write,
  load,
  runtimes: savedModelRuntimes,
})

async function write(model: ExportModel, folder: string): Promise<void> {
  const { nodes, signature } = graphNodes(lower(model, { batchNorm: 'folded' }), {
    heads: model.network.outputs,
    takesPixels: model.takesPixels === true,
  })
  const parts = savedModel(nodes, signature)
  const refusal = tooLarge(parts.reduce((sum, part) => sum + part.byteLength, 0))
  if (refusal !== null) throw refusal
  const target = join(folder, ...VERSION_FOLDER)
  mkdirSync(target, { recursive: true })
  const file = openSync(join(target, 'saved_model.pb'), 'w')
  try {
    for (const part of parts) for (let done = 0; done < part.byteLength;) done += writeSync(file, part, done)
  } finally {
    closeSync(file)
  }
}

function tooLarge(bytes: number): GraftError | null {
  if (bytes <= MOST_BYTES) return null
  return new GraftError('E_MODEL_UNSUPPORTED', `Expected at most 2 GB for one SavedModel with its weights inside. Received: ${(bytes / 1e9).toFixed(1)} GB.`, {
    fix: 'Export as Keras or PyTorch, which have no such limit.',
  }) // prettier-ignore
}

interface SavedModelApi {
  readonly node: { loadSavedModel(path: string, tags: string[], signature: string): Promise<LoadedModel> }
}

interface LoadedModel {
  readonly inputs: readonly { readonly tfDtype: string }[]
  readonly outputs: readonly { readonly name: string }[]
  predict(input: Tensor): Tensor | Tensor[]
}

async function load(tf: Tf, folder: string): Promise<Predictor> {
  const { node } = tf as unknown as SavedModelApi
  const model = await node.loadSavedModel(join(folder, ...VERSION_FOLDER), ['serve'], 'serving_default')
  const takesPixels = model.inputs[0]!.tfDtype === 'DT_UINT8'
  const names = model.outputs.map(({ name }) => name)
  return (x) => {
    const outputs = [model.predict(takesPixels ? tf.cast(x, 'int32') : x)].flat()
    return outputs.map((_, head) => outputs[names.indexOf(outputNode(head))]!)
  }
}
