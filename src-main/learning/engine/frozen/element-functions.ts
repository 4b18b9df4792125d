import type { Operation, UnaryOperation } from '../../operations/graph.ts'
import { sigmoid, softplus } from '../../../base/sigmoid.ts'

/** Of Klambauer et al., arXiv 1706.02515, equation 2. */
const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

const elu = (x: number): number => (x > 0 ? x : Math.expm1(x))
const hardSigmoid = (x: number): number => Math.min(Math.max(x + 3, 0), 6) / 6
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

const UNARY: Readonly<Record<UnaryOperation, (x: number) => number>> = Object.freeze({
  relu: (x) => Math.max(x, 0),
  sigmoid,
  tanh: Math.tanh,
  silu: (x) => x * sigmoid(x),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  geluTanh,
  hardSigmoid,
  hardSilu: (x) => x * hardSigmoid(x),
  elu,
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  softplus,
})

/** An operation that takes one number to one number, as a function; null: it is no such operation. */
export function elementFunction(operation: Operation): ((x: number) => number) | null {
  if (operation.op in UNARY) return UNARY[operation.op as UnaryOperation]
  if (operation.op === 'clip') return (x) => Math.min(Math.max(x, operation.min), operation.max)
  if (operation.op === 'leakyRelu') return (x) => (x < 0 ? x * operation.slope : x)
  return null
}

/** The error function to 1.2e-7 of its value or better. Source: Press et al., Numerical Recipes, 2nd edition, section 6.2 (erfcc). */
function erf(x: number): number {
  const z = Math.abs(x)
  const t = 1 / (1 + 0.5 * z)
  const sum = CHEBYSHEV.reduceRight((total, coefficient) => total * t + coefficient, 0)
  const complement = t * Math.exp(-z * z + sum)
  return x >= 0 ? 1 - complement : complement - 1
}

const CHEBYSHEV = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
] // prettier-ignore
