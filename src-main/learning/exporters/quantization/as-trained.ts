import type { FrozenProgram, FrozenTensor } from '../../engine/frozen/frozen-program.ts'
import { inputChannelOf } from '../../engine/frozen/quantise-kernel.ts'
import type { Constant, OperationGraph } from '../../operations/graph.ts'
import { kernelOfStep, type KernelStep } from './kernel-of-step.ts'
import type { Range } from './quantization.ts'
import type { TrainedPart } from './trained-part.ts'

/** A graph, and where the numbers of its values lie. */
export interface Calibrated {
  readonly graph: OperationGraph
  readonly ranges: Map<string, Range>
}

/** Of a channel, number = (q - zero) * step for the q that the run computed with. */
interface Steps {
  readonly step: number
  readonly zero: number
}

/** Of a step: nearer than this, zero is a whole number but for rounding. */
const ON_GRID = 1e-4
const HIGHEST = 255

/** The graph with the weights and biases that its run's int8 had, and the ranges of the run's tensors. First kernels, which read pixels in steps of each channel, keep them as float32: int8 of the formats
 *  has one scale for all channels of a value. */
export function asTrained({ graph, ranges }: Calibrated, { program, input }: TrainedPart): Calibrated {
  const constants = new Map(graph.constants)
  const known = new Map(ranges)
  const { steps, tensors } = program
  for (const [place, { name, isFloat, ...tensor }] of tensors.entries()) {
    // In a graph that prepares pixels itself the input is another value.
    if (!isFloat && place !== steps[0]!.output && known.has(name)) known.set(name, rangeOf(tensor))
  }
  const first = inputSteps(program, input)
  for (const step of steps) {
    if (step.kind !== 'convolution' && step.kind !== 'depthwise') continue
    const operation = kernelOfStep(graph, program, step)
    if (operation === null) continue
    const isFirst = step.input === steps[0]!.output
    const read = isFirst ? first : stepsOf(tensors[step.input]!)
    const [x, kernel, bias] = operation.inputs as [string, string, string]
    const numbers = kernelNumbers(step, read, tensors[step.output]!)
    constants.set(kernel, { shape: graph.constants.get(kernel)!.shape, ...numbers.kernel })
    constants.set(bias, { shape: [numbers.bias.length], values: () => numbers.bias })
    if (!isFirst) continue
    if (numbers.kernel.scales === undefined) known.delete(x)
    else known.set(x, rangeOf({ scale: first[0]!.step, zeroPoint: Math.round(first[0]!.zero) }))
  }
  return { graph: { ...graph, constants }, ranges: known }
}

function rangeOf({ scale, zeroPoint }: Pick<FrozenTensor, 'scale' | 'zeroPoint'>): Range {
  return { min: -zeroPoint * scale, max: (HIGHEST - zeroPoint) * scale }
}

function stepsOf({ channels, scale, zeroPoint }: FrozenTensor): Steps[] {
  return Array.from({ length: channels }, () => ({ step: scale, zero: zeroPoint }))
}

/** The run computes q = stored * a + b; the graph reads stored * scale + shift. */
function inputSteps({ steps }: FrozenProgram, { scale, shift }: TrainedPart['input']): Steps[] {
  const [step] = steps
  if (step?.kind !== 'input') throw new Error('a program begins with its input')
  return Array.from(scale, (each, c) => {
    const own = each / step.a[c]!
    return { step: own, zero: step.b[c]! - shift[c]! / own }
  })
}

interface KernelNumbers {
  readonly kernel: Pick<Constant, 'values' | 'scales'>
  readonly bias: Float32Array
}

/** sum(q w) + bias, times m and the output's step, as a sum over the numbers that q stand for. */
function kernelNumbers(step: KernelStep, read: readonly Steps[], to: FrozenTensor): KernelNumbers {
  const { weights, bias, multipliers } = step
  const channels = bias.length
  const groups = step.kind === 'depthwise' ? channels : step.groups
  const channelOf = inputChannelOf({ ...step, groups }, weights.length, channels)
  const unit = Float64Array.from(multipliers, (multiplier) => multiplier * to.scale)
  const whole = Float64Array.from(bias)
  weights.forEach((q, i) => (whole[i % channels]! += q * read[channelOf(i)]!.zero))
  const values = Float32Array.from(weights, (q, i) => (q * unit[i % channels]!) / read[channelOf(i)]!.step)
  const scales = Array.from(unit, (each) => each / read[0]!.step)
  return {
    kernel: { values: () => values, ...(isOneGrid(read) ? { scales } : {}) },
    bias: Float32Array.from(whole, (sum, c) => sum * unit[c]!),
  }
}

/** Whether a value has one scale and a whole number for 0, as formats have it. */
function isOneGrid(read: readonly Steps[]): boolean {
  const [{ step, zero }] = read as [Steps]
  const isWhole = Math.abs(zero - Math.round(zero)) < ON_GRID
  return isWhole && read.every((each) => Math.abs(each.step / step - 1) < ON_GRID && Math.abs(each.zero - zero) < ON_GRID)
}
