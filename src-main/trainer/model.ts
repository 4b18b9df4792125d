import { sigmoid } from '../base/sigmoid.ts'
import { softmax } from '../base/softmax.ts'
import type { ModelFiles } from '../contract/trainer.ts'
import { createInference } from '../learning/engine/model/inference.ts'
import { createPlainInference } from '../learning/engine/model/plain-inference.ts'
import type { ProgramRuntime } from '../learning/engine/compile/program.ts'
import { inferNetwork } from '../learning/network/infer.ts'
import { inOwnUnit } from '../learning/metrics/own-unit.ts'
import { readModelWeights } from '../learning/weights/model-weights.ts'

/** A trained model ready to answer. */
export interface LoadedModel {
  /** Of one input, without the batch axis. */
  readonly inputShape: readonly number[]
  /** Network inputs (preprocessed), one after the other, to one array per head: `count` rows of probabilities per class or tag,
   *  or of one number in the target's own unit. Inference mode. */
  predict(inputs: Float32Array, count: number): Float64Array[]
  dispose(): void
}

/** Up to so many inputs go through the layers as they are; for more a graph is made of them first. */
const FEW = 8

/** Loads a model from its files, for `count` inputs in all. Throws E_MODEL_WEIGHTS when the file is not the recorded one. */
export async function loadModel(files: ModelFiles, runtime: ProgramRuntime, count: number): Promise<LoadedModel> {
  const { network, heads } = files
  const inferred = inferNetwork(network)
  const weights = new Map(await readModelWeights(files.weights, inferred.weights))
  const inputShape = inferred.shapes.get(network.layers[0]!.name)!
  const size = inputShape.reduce((total, value) => total * value, 1)
  const samples = { shape: inputShape, layer: null, storage: 'float32', normalisation: null } as const
  const isFew = count <= FEW
  const parts = { network, weights, samples, precision: 'float32' } as const
  const inference = isFew ? createPlainInference(runtime, parts) : createInference(runtime, parts)
  const predict = (inputs: Float32Array, rows: number): Float64Array[] => {
    const filled = isFew ? rows : compiledSize(rows)
    const batch = new Float32Array(filled * size)
    batch.set(inputs)
    return inference.run(batch).map((all, h) => {
      const values = all.subarray(0, (all.length / filled) * rows)
      const head = heads[h]!
      return ANSWERS[head.type](values, values.length / rows, head)
    })
  }
  return { inputShape, predict, dispose: () => inference.dispose() }
}

/** Raw outputs as they are told: probabilities of classes or tags, or a number in its own unit. */
const ANSWERS = {
  classification: (values, width) => softmaxRows(values, width),
  tags: (values) => Float64Array.from(values, sigmoid),
  regression: (values, _width, head) => inOwnUnit(head, values),
} satisfies Record<Head['type'], (values: Float32Array, width: number, head: Head) => Float64Array>

type Head = ModelFiles['heads'][number]

/** Batches are filled up to a power of two: few sizes, each compiled once. */
function compiledSize(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}

function softmaxRows(logits: Float32Array, width: number): Float64Array {
  const result = new Float64Array(logits.length)
  for (let from = 0; from < logits.length; from += width) {
    const row = logits.subarray(from, from + width)
    result.set(softmax(row), from)
  }
  return result
}
