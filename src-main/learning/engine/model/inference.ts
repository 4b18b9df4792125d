import type { Network } from '../../../contract/network.ts'
import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
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

/** Weights as constants are arranged once, but TensorFlow takes about ten times their size: in every form of the graph that it prepares, and
 *  for each branch in an order of its own. Those of a large network stay variables, which costs a few hundredths of the time. */
function weightsFor(weights: WeightValues, precision: InferenceParts['precision']): 'variable' | 'constant' {
  const size = [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0)
  // As constants they are in bfloat16 from the start.
  return size >= LARGE_WEIGHTS && precision === 'float32' ? 'variable' : 'constant'
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
  /** int8 is computed by other kernels: createFrozenPart (engine/frozen). */
  readonly precision: Exclude<PrefixPrecision, 'int8'>
}

/** A network that no longer changes, as one native call. */
export interface Inference {
  /** Stored values of a batch -> one array per output, (B * width) numbers. Every size of a batch is compiled by itself, so
   *  keep to one. Changes, where given, are made to the samples first. */
  run(values: Values, drawn?: DrawnChanges): Float32Array[]
  dispose(): void
}

/** Prepares a network for inference: BatchNorm folded into the convolutions, activations put into dense layers, weights as constants of
 *  the graph where they are not too many. Outputs differ from the plain network's by rounding. */
export function createInference(runtime: ProgramRuntime, parts: InferenceParts): Inference {
  const { tf } = runtime
  const { samples, precision } = parts
  const keep = new Set(samples.layer === null ? [] : [samples.layer])
  const plain = foldBatchNorm(parts.network, parts.weights, keep)
  const folded = joinActivations(plain.network, plain.weights, keep)
  const model = createModel(tf, folded.network, folded.weights, 0)
  const program = createProgram(runtime)
  const branches = partsFor(samples.shape)
  const kindOfWeights = weightsFor(folded.weights, precision)
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
      weights: kindOfWeights,
      precision,
    })
    steps.set(changes, step)
    return step
  }
  return {
    run(values, drawn) {
      const inputs = [
        samplesTensor(tf, samples.shape, values),
        ...(drawn?.changes.draw(tf, drawn.rows, drawn.times) ?? []),
      ]
      const outputs = stepOf(drawn?.changes ?? null)(...inputs)
      const results = outputs.map((output) => output.dataSync<'float32'>() as Float32Array)
      for (const tensor of [...inputs, ...outputs]) tensor.dispose()
      return results
    },
    dispose() {
      program.dispose()
      model.dispose()
    },
  }
}

/** A model's present weights. */
export function valuesOf(model: Model): WeightValues {
  const entries = [...model.weights].map(([name, weight]) => {
    return [name, { shape: weight.shape, values: weight.dataSync<'float32'>() as Float32Array }] as const
  })
  return new Map(entries)
}
