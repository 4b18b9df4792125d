import { softmax } from '../../base/softmax.ts'
import { pooled } from '../engine/features/pooled.ts'
import type { Learner } from '../engine/run/learner.ts'
import type { Reference, StagedRun } from '../engine/run/staged-run.ts'
import { inferNetwork } from '../network/infer.ts'
import type { Matrix } from '../transferability/matrix.ts'

/** Features of some rows at a layer, (rows, D); maps and tokens are averaged over their places: (h, w, c) -> c. */
export async function featuresOf(
  run: StagedRun,
  of: Learner | Reference,
  rows: readonly number[],
  layer: string,
): Promise<Matrix> {
  const [values] = await run.outputs(of, rows, { layers: [layer] })
  return pooled(values!, rows.length, shapeOf(of, layer))
}

export interface ModelOutputs {
  readonly features: Matrix
  /** Of the classes that the model was trained on; null: it gives none. */
  readonly probabilities: Matrix | null
}

/** A model's features and what it says of its own classes, in one pass. */
export async function modelOutputs(run: StagedRun, model: Reference, rows: readonly number[]): Promise<ModelOutputs> {
  const { network } = model.files
  const output = classOutput(model)
  const layers = output === null ? [network.features] : [network.features, output]
  const [features, logits] = await run.outputs(model, rows, { layers })
  return {
    features: pooled(features!, rows.length, shapeOf(model, network.features)),
    probabilities: logits === undefined ? null : softmaxRows(logits, rows.length),
  }
}

/** The first output that tells classes apart. A base model has no heads: its output is its classifier, unless it ends at the features. */
function classOutput({ files: { network, heads } }: Reference): string | null {
  const place = heads.length === 0 ? 0 : heads.findIndex(({ type }) => type === 'classification')
  const output = network.outputs[place]
  return output === undefined || output === network.features ? null : output
}

function shapeOf(of: Learner | Reference, layer: string): readonly number[] {
  const network = 'files' in of ? of.files.network : of.model.network
  return inferNetwork(network).shapes.get(layer)!
}

function softmaxRows(logits: Float32Array, rows: number): Matrix {
  const columns = logits.length / rows
  const values = new Float64Array(logits.length)
  for (let i = 0; i < rows; i++) {
    const row = logits.subarray(i * columns, (i + 1) * columns)
    values.set(softmax(row), i * columns)
  }
  return { rows, columns, values }
}
