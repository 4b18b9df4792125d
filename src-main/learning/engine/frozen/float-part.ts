import { inferNetwork } from '../../network/infer.ts'
import { lower } from '../../operations/lower.ts'
import type { Runtime } from '../../runtime.ts'
import { createInference, type Inference, type InferenceParts } from '../model/inference.ts'
import { floatProgram } from './float-program.ts'
import type { FrozenProgram } from './frozen-program.ts'
import { createFrozenInference } from './frozen-inference.ts'

/** Of the kernels' float arithmetic: features of another one are not mixed with these. */
const VERSION = 1

/** A frozen part in float32 or bfloat16. */
export interface FloatPart {
  /** Which of Graft's own kernels compute it; null: TensorFlow does. The two differ by rounding. */
  readonly kernels: string | null
  /** What they compute; null: TensorFlow does. */
  readonly program: FrozenProgram | null
  readonly start: () => Inference
}

/** By Graft's own kernels, where this processor has them for every step of it, else by TensorFlow. */
export function floatPart(runtime: Runtime, parts: InferenceParts): FloatPart {
  const { network, weights, samples, precision } = parts
  const kernels = runtime.isEager === true ? null : (runtime.frozen?.kernels[precision] ?? null)
  const read = (name: string) => weights.get(name)!.values
  const graph = () => lower({ network, weights: inferNetwork(network).weights, read }, { batchNorm: 'folded' })
  const program = kernels === null || samples.layer !== null ? null : floatProgram(graph(), precision, samples)
  if (program === null) return { kernels: null, program, start: () => createInference(runtime, parts) }
  return { kernels: `${kernels} ${VERSION}`, program, start: () => createFrozenInference(runtime, program, samples) }
}
