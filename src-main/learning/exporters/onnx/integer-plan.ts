import type { Operation, OperationGraph } from '../../operations/graph.ts'
import { activationQuantization, type Range } from '../quantization/quantization.ts'

/** A value as uint8: real = scale (stored - zeroPoint). */
export interface Scale {
  readonly scale: number
  readonly zeroPoint: number
}

/** Which values of a graph stand in integers. */
export interface IntegerPlan {
  /** By value, those that are brought to uint8. */
  readonly scales: ReadonlyMap<string, Scale>
  /** Names of operations whose kernel is int8. */
  readonly kernels: ReadonlySet<string>
}

type Op = Operation['op']

/** Their kernel and what it meets are integers. A convolution's output is one, too: a runtime has integer convolutions to integers alone. */
const CONVOLUTIONS: ReadonlySet<Op> = new Set(['convolution', 'depthwiseConvolution'])
const KERNELS: ReadonlySet<Op> = new Set([...CONVOLUTIONS, 'dense'])
/** Of values, not of a value and a constant: what prepares an input is exact. */
const JOINING: ReadonlySet<Op> = new Set(['add', 'multiply', 'concatenate', 'averagePool'])
/** They pass numbers on, whose scale stays. */
const PASSING: ReadonlySet<Op> = new Set(['maxPool', 'maximum', 'pad', 'slice', 'reshape', 'transpose'])
/** They go into what is before them. */
const BOUNDS: ReadonlySet<Op> = new Set(['relu', 'clip'])

/** Products, sums of values, pools and what only passes numbers on are integers, where their values have a range. Float32 stays everything else: attention,
 *  normalization, curves, means, the preparation of the input and what no integer operation reads. */
export function integerPlan(graph: OperationGraph, ranges: ReadonlyMap<string, Range>): IntegerPlan {
  const readers = readersOf(graph)
  const isInteger = (operation: Operation): boolean => isIntegerOperation(graph, operation, ranges)
  const chosen = new Set<string>()
  for (const operation of graph.operations.toReversed()) {
    const { inputs, name, op } = operation
    if (isInteger(operation)) {
      for (const input of valuesOf(graph, inputs)) chosen.add(input)
      if (CONVOLUTIONS.has(op)) chosen.add(boundedBy(name, readers))
    } else if (PASSING.has(op) && chosen.has(name) && ranges.has(inputs[0]!)) chosen.add(inputs[0]!)
  }
  return {
    scales: scalesOf(graph, chosen, ranges),
    kernels: new Set(graph.operations.filter((one) => KERNELS.has(one.op) && isInteger(one)).map(({ name }) => name)),
  }
}

function isIntegerOperation(
  { constants }: OperationGraph,
  { inputs, op }: Operation,
  ranges: ReadonlyMap<string, Range>,
): boolean {
  if (KERNELS.has(op)) return ranges.has(inputs[0]!)
  return JOINING.has(op) && inputs.every((name) => !constants.has(name) && ranges.has(name))
}

const valuesOf = ({ constants }: OperationGraph, inputs: readonly string[]): string[] => inputs.filter((name) => !constants.has(name)) // prettier-ignore

/** Who reads each value; an output is read by nobody here, once more. */
function readersOf({ operations, outputs }: OperationGraph): Map<string, (Operation | null)[]> {
  const readers = new Map<string, (Operation | null)[]>()
  const add = (name: string, reader: Operation | null) => readers.set(name, [...(readers.get(name) ?? []), reader])
  for (const operation of operations) for (const input of operation.inputs) add(input, operation)
  for (const { name } of outputs) add(name, null)
  return readers
}

/** The value behind the bounds that alone read a value; itself where none do. */
function boundedBy(name: string, readers: ReadonlyMap<string, (Operation | null)[]>): string {
  const [reader, ...others] = readers.get(name) ?? []
  return reader && others.length === 0 && BOUNDS.has(reader.op) ? reader.name : name
}

function scalesOf(
  { input, operations }: OperationGraph,
  chosen: ReadonlySet<string>,
  ranges: ReadonlyMap<string, Range>,
): Map<string, Scale> {
  const scales = new Map<string, Scale>()
  if (chosen.has(input.name)) scales.set(input.name, asUint8(ranges.get(input.name)!))
  for (const { inputs, name, op } of operations) {
    if (!chosen.has(name)) continue
    const passed = PASSING.has(op) ? scales.get(inputs[0]!) : undefined
    scales.set(name, passed ?? asUint8(ranges.get(name)!))
  }
  return scales
}

/** int8 and uint8 differ in where they begin. */
function asUint8(range: Range): Scale {
  const { scales, zeroPoints } = activationQuantization(range)
  return { scale: scales[0]!, zeroPoint: zeroPoints[0]! + 128 }
}
