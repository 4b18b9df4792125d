import type { FrozenProgram, FrozenTensor } from '../../engine/frozen/frozen-program.ts'
import { inputChannelOf } from '../../engine/frozen/quantise-kernel.ts'
import { highestOf } from '../../engine/frozen/tensor-scale.ts'
import type { OperationGraph } from '../../operations/graph.ts'
import { kernelOfStep, type KernelStep } from './kernel-of-step.ts'
import type { Range } from './quantization.ts'
import { withShiftedInput } from './shifted-input.ts'
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

/** The graph with the weights and biases that its run's int8 had, and the ranges of the run's tensors. First kernels read pixels, which have steps and a zero
 *  of each channel: int8 of the formats has one for all, so those stay float32, with numbers that are the run's. */
export function asTrained({ graph, ranges }: Calibrated, { program, input }: TrainedPart): Calibrated {
  const constants = new Map(graph.constants)
  const known = new Map(ranges)
  const { steps, tensors } = program
  const place = steps[0]!.output
  for (const [at, { name, isFloat, ...tensor }] of tensors.entries()) {
    // In a graph that prepares pixels itself the input is another value.
    if (!isFloat && at !== place && known.has(name)) known.set(name, rangeOf(tensor))
  }
  const pixels = inputSteps(program, input)
  const { zeroPoint } = tensors[place]!
  const isFloat = !isOneGrid(pixels, zeroPoint)
  const firsts = new Set<string>()
  for (const step of steps) {
    if (step.kind !== 'convolution' && step.kind !== 'depthwise') continue
    const operation = kernelOfStep(graph, program, step)
    if (operation === null) continue
    const isFirst = step.input === place
    const scales = isFirst ? pixels.map((each) => each.step) : scalesOf(tensors[step.input]!)
    const [x, kernel, bias] = operation.inputs as [string, string, string]
    const numbers = kernelNumbers(step, { scales, zeroPoint: tensors[step.input]!.zeroPoint }, tensors[step.output]!)
    const own = { shape: graph.constants.get(kernel)!.shape, values: () => numbers.values }
    constants.set(kernel, isFirst && isFloat ? own : { ...own, scales: numbers.scales })
    constants.set(bias, { shape: [numbers.bias.length], values: () => numbers.bias })
    if (isFirst && isFloat) firsts.add(operation.name)
    if (isFirst && !isFloat) known.set(x, rangeOf({ scale: scales[0]!, zeroPoint }))
  }
  const terms = Float32Array.from(pixels, ({ step, zero }) => (zero - zeroPoint) * step)
  return { graph: withShiftedInput({ ...graph, constants }, firsts, terms), ranges: known }
}

/** Formats hold 8 bits of it, where the run held 12. */
function rangeOf(tensor: Pick<FrozenTensor, 'scale' | 'zeroPoint' | 'isWide'>): Range {
  const { scale, zeroPoint } = tensor
  return { min: -zeroPoint * scale, max: (highestOf(tensor) - zeroPoint) * scale }
}

function scalesOf({ channels, scale }: FrozenTensor): number[] {
  return Array.from({ length: channels }, () => scale)
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
  readonly values: Float32Array
  /** Of each output channel; where the input's channels have one scale, `values` are whole numbers of it. */
  readonly scales: readonly number[]
  readonly bias: Float32Array
}

/** sum(q w) + bias, times m and the output's scale, as a sum over the numbers (q - zero point) * scale of the input. */
function kernelNumbers(
  step: KernelStep,
  { scales, zeroPoint }: { readonly scales: readonly number[]; readonly zeroPoint: number },
  to: FrozenTensor,
): KernelNumbers {
  const { weights, bias, multipliers } = step
  const channels = bias.length
  const groups = step.kind === 'depthwise' ? channels : step.groups
  const channelOf = inputChannelOf({ ...step, groups }, weights.length, channels)
  const unit = Float64Array.from(multipliers, (multiplier) => multiplier * to.scale)
  const whole = Float64Array.from(bias)
  weights.forEach((q, i) => (whole[i % channels]! += q * zeroPoint))
  return {
    values: Float32Array.from(weights, (q, i) => (q * unit[i % channels]!) / scales[channelOf(i)]!),
    scales: Array.from(unit, (each) => each / scales[0]!),
    bias: Float32Array.from(whole, (sum, c) => sum * unit[c]!),
  }
}

/** Whether all channels have one scale and the whole number that is the tensor's for 0, as formats have it. */
function isOneGrid(steps: readonly Steps[], zeroPoint: number): boolean {
  const [{ step }] = steps as [Steps]
  return steps.every((each) => Math.abs(each.step / step - 1) < ON_GRID && Math.abs(each.zero - zeroPoint) < ON_GRID)
}
