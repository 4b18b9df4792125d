import { joinRows } from '../../../base/join-rows.ts'
import type { Network } from '../../../contract/network.ts'
import type { ExperimentSpec } from '../../../contract/spec.ts'
import type { Tensor } from '../../runtime.ts'
import { foldBatchNorm } from '../../network/fold-batch-norm.ts'
import { joinActivations } from '../../network/join-activations.ts'
import { type CompiledStep, createProgram, type ProgramRuntime } from '../compile/program.ts'
import { samplesTensor, splitBatch, toInput } from '../data/feed.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { createModel, type Model } from './model.ts'
import type { Changes, Samples, Values } from '../data/training-data.ts'

/** A batch goes through the network in this many independent parts: on two cores that keeps both busy where one
 *  operation after the other, each shared by both, leaves them waiting for each other. Smaller parts of large images also
 *  stay in the processor's caches (docs/adr/0008-compiled-step.md). */
function partsFor(shape: readonly number[]): number {
  const [height = 1, width = 1] = shape.length === 3 ? shape : []
  return height * width >= LARGE_IMAGE ? 4 : 2
}

/** How many of them at once: every branch of the graph keeps all weights in an order of its own, so a large network has as few as keep
 *  two cores busy, and its parts come one pair after the other. */
function branchesFor(parts: number, weights: WeightValues): number {
  const size = [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0)
  return size >= LARGE_WEIGHTS ? 2 : parts
}

const LARGE_IMAGE = 160 * 160
const LARGE_WEIGHTS = 32 * 2 ** 20

/** Which changes to make to a batch: those of each row at its time. */
export interface DrawnChanges {
  readonly changes: Changes
  readonly rows: readonly number[]
  readonly times: readonly number[]
}

export interface InferenceParts {
  readonly network: Network
  readonly weights: WeightValues
  /** What the batches hold. */
  readonly samples: Pick<Samples, 'shape' | 'layer' | 'storage' | 'normalisation'>
  readonly precision: ExperimentSpec['prefixPrecision']
}

/** A network that no longer changes, as one native call. */
export interface Inference {
  /** Stored values of a batch -> one array per output, (B * width) numbers. Every size of a batch is compiled by itself, so
   *  keep to one. Changes, where given, are made to the samples first. */
  run(values: Values, drawn?: DrawnChanges): Float32Array[]
  dispose(): void
}

/** Prepares a network for inference: BatchNorm folded into the convolutions, weights as constants of the graph, so that
 *  TensorFlow fuses and arranges them once. Outputs differ from the plain network's by rounding. */
export function createInference(runtime: ProgramRuntime, parts: InferenceParts): Inference {
  const { tf } = runtime
  const { samples, precision } = parts
  const keep = new Set(samples.layer === null ? [] : [samples.layer])
  const plain = foldBatchNorm(parts.network, parts.weights, keep)
  const folded = joinActivations(plain.network, plain.weights, keep)
  const model = createModel(tf, folded.network, folded.weights, 0)
  const program = createProgram(runtime)
  const pieceCount = partsFor(samples.shape)
  const branches = branchesFor(pieceCount, folded.weights)
  const sampleSize = samples.shape.reduce((size, value) => size * value, 1)
  const steps = new Map<Changes | null, CompiledStep>()
  const stepOf = (changes: Changes | null): CompiledStep => {
    const known = steps.get(changes)
    if (known !== undefined) return known
    const forward = (x: Tensor, drawn: Tensor[]) =>
      model.forward(toInput(tf, { ...samples, changes }, x, changes === null ? null : drawn), { from: samples.layer })
    const inBranches = (x: Tensor, drawn: Tensor[]) => {
      if (x.shape[0]! % branches !== 0) return forward(x, drawn)
      const split = [x, ...drawn].map((tensor) => splitBatch(tf, tensor, branches))
      const pieces = Array.from({ length: branches }, (_, i) => split.map((each) => each[i]!))
      const outputs = pieces.map(([piece, ...own]) => forward(piece!, own))
      return outputs[0]!.map((_, h) => tf.concat(outputs.map((each) => each[h]!)))
    }
    const step = program.compile('inference', (x, ...drawn) => inBranches(x!, drawn), {
      weights: 'constant',
      precision,
    })
    steps.set(changes, step)
    return step
  }
  const call = (values: Values, drawn: DrawnChanges | undefined): Float32Array[] => {
    const inputs = [
      samplesTensor(tf, samples.shape, values),
      ...(drawn?.changes.draw(tf, drawn.rows, drawn.times) ?? []),
    ]
    const outputs = stepOf(drawn?.changes ?? null)(...inputs)
    const results = outputs.map((output) => output.dataSync<'float32'>() as Float32Array)
    for (const tensor of [...inputs, ...outputs]) tensor.dispose()
    return results
  }
  return {
    run(values, drawn) {
      const rows = values.length / sampleSize
      const calls = rows % pieceCount === 0 ? pieceCount / branches : 1
      if (calls === 1) return call(values, drawn)
      const results = Array.from({ length: calls }, (_, i) => {
        const [from, to] = [(i * rows) / calls, ((i + 1) * rows) / calls]
        return call(values.subarray(from * sampleSize, to * sampleSize), drawn && cutDrawn(drawn, from, to))
      })
      return results[0]!.map((_, head) => joinRows(results.map((each) => each[head]!)))
    },
    dispose() {
      program.dispose()
      model.dispose()
    },
  }
}

function cutDrawn({ changes, rows, times }: DrawnChanges, from: number, to: number): DrawnChanges {
  return { changes, rows: rows.slice(from, to), times: times.slice(from, to) }
}

/** A model's present weights. */
export function valuesOf(model: Model): WeightValues {
  const entries = [...model.weights].map(([name, weight]) => {
    return [name, { shape: weight.shape, values: weight.dataSync<'float32'>() as Float32Array }] as const
  })
  return new Map(entries)
}
