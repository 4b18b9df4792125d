import type { Operation, OperationGraph } from '../../operations/graph.ts'
import type { Affine } from './kernel-node.ts'

/** What an operation does to each channel, where it is x * factor[c] + term[c]; null: it is something else. */
export function affineOf(operation: Operation, { constants, shapes }: OperationGraph): Affine | null {
  const channels = shapes.get(operation.name)!.at(-1)!
  if (operation.op === 'batchNormalization') return normalized(operation, constants)
  if (operation.op !== 'add' && operation.op !== 'multiply') return null
  const constant = operation.inputs.map((name) => constants.get(name)).find((each) => each !== undefined)
  if (constant === undefined || !isPerChannel(constant.shape, channels)) return null
  const all = (value: number) => () => new Float32Array(channels).fill(value)
  const spread = () => {
    const values = constant.values()
    return values.length === channels ? values : all(values[0]!)()
  }
  return operation.op === 'multiply' ? { factors: spread, terms: all(0) } : { factors: all(1), terms: spread }
}

function isPerChannel(shape: readonly number[], channels: number): boolean {
  const size = shape.reduce((total, value) => total * value, 1)
  return size === 1 || (size === channels && shape.at(-1) === channels)
}

function normalized(
  { inputs, epsilon }: Operation & { op: 'batchNormalization' },
  constants: OperationGraph['constants'],
): Affine {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((name) => constants.get(name)!)
  const factors = () => {
    const [g, v] = [gamma!.values(), variance!.values()]
    return g.map((value, c) => value / Math.sqrt(v[c]! + epsilon))
  }
  const terms = () => {
    const [f, b, m] = [factors(), beta!.values(), mean!.values()]
    return b.map((value, c) => value - m[c]! * f[c]!)
  }
  return { factors, terms }
}
