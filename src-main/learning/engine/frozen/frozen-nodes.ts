import type { Operation, OperationGraph } from '../../operations/graph.ts'
import { affineOf } from './affine.ts'
import { elementFunction } from './element-functions.ts'
import type { FrozenNode, FrozenNodes, ImageShape } from './frozen-node.ts'
import { FrozenRefusal } from './frozen-refusal.ts'
import { firstOf, kernelNode, ONE_PLACE } from './kernel-node.ts'
import { NodeList } from './node-list.ts'
import { sameImage } from './node-parts.ts'

/** A graph as nodes. Bounds (ReLU), sums and factors per channel go into the kernel before them where nothing else reads that; a padding with zeros goes
 *  into the kernel behind it; a reshape that only takes the axes together is none. Throws FrozenRefusal for an operation that no step exists for. */
export function frozenNodes(graph: OperationGraph): FrozenNodes {
  if (graph.outputs.length !== 1) throw new FrozenRefusal(graph.input.name, 'a frozen part gives one value')
  const list = new NodeList(graph)
  for (const operation of graph.operations) add(list, graph, operation)
  return list.finish(graph.outputs[0]!.name)
}

function add(list: NodeList, graph: OperationGraph, operation: Operation): void {
  const { name } = operation
  const [first] = operation.inputs as [string]
  const affine = affineOf(operation, graph)
  if (affine !== null) return list.scale(operation, affine)
  const of = elementFunction(operation)
  if (of !== null) return addElementwise(list, operation, of)
  const shape = list.shapeOf(operation)
  switch (operation.op) {
    case 'convolution':
    case 'depthwiseConvolution':
    case 'dense': {
      const from = operation.op === 'dense' ? list.read(first) : list.readPadded(first)
      return list.add(kernelNode(operation, graph, { input: from.node, from: from.shape, shape }), from.pads)
    }
    case 'add':
    case 'multiply':
      return addPair(list, operation)
    case 'concatenate': {
      const inputs = operation.inputs.map((input) => list.read(input))
      const areImages = inputs.every(
        (input) => input.shape.height === shape.height && input.shape.width === shape.width,
      )
      if (!areImages || !list.isLastAxis(operation.axis, name))
        throw new FrozenRefusal(name, 'it joins along another axis than the channels')
      const [input, ...others] = inputs.map(({ node }) => node) as [string, ...string[]]
      return list.add({ kind: 'concatenate', name, input, others, shape })
    }
    case 'maxPool':
    case 'averagePool':
      return addPool(list, operation, shape)
    case 'mean':
    case 'maximum':
      return addGlobalPool(list, operation, shape)
    case 'pad':
      return list.pad(operation, shape)
    case 'reshape':
      return list.view(operation)
    default:
      throw new FrozenRefusal(name, NO_STEP)
  }
}

const NO_STEP = 'the kernels have no step for what it does'

function addElementwise(list: NodeList, operation: Operation, of: (x: number) => number): void {
  const bounds = boundsOf(operation)
  if (bounds !== null && list.bound(operation, bounds)) return
  const { node: input, shape } = list.read(operation.inputs[0]!)
  list.add({ kind: 'lookup', name: operation.name, input, of, shape })
}

function boundsOf(operation: Operation): { low: number; high: number } | null {
  if (operation.op === 'relu') return { low: 0, high: Infinity }
  return operation.op === 'clip' ? { low: operation.min, high: operation.max } : null
}

function addPair(list: NodeList, operation: Operation & { op: 'add' | 'multiply' }): void {
  const { name, op, inputs } = operation
  if (inputs.some((input) => list.isConstant(input)))
    throw new FrozenRefusal(name, 'its numbers are not one for each channel')
  const [a, b] = inputs.map((input) => list.read(input)) as [View, View]
  const isVector = ({ shape }: View) => shape.height * shape.width === 1
  const [x, y] = isVector(a) ? [b, a] : [a, b]
  const { shape } = x
  const fits = sameImage(x.shape, y.shape) || (op === 'multiply' && isVector(y) && y.shape.channels === shape.channels)
  if (!fits) throw new FrozenRefusal(name, 'it joins values of different shapes')
  if (op === 'add' && list.addToKernel(operation)) return
  list.add({ kind: op, name, input: x.node, second: y.node, shape, low: -Infinity, high: Infinity })
}

type View = ReturnType<NodeList['read']>

function addPool(list: NodeList, operation: Operation & { op: 'maxPool' | 'averagePool' }, shape: ImageShape): void {
  const { name, size, strides, op } = operation
  // A zero beyond the edge changes no maximum of numbers that are not negative.
  const from = op === 'maxPool' ? list.readPadded(operation.inputs[0]!, true) : list.read(operation.inputs[0]!)
  const windows = { size, strides, dilations: [1, 1], pads: firstOf(operation.pads) } as const
  const base = { name, input: from.node, shape, ...windows }
  const node: FrozenNode =
    op === 'maxPool' ? { kind: op, ...base } : { kind: op, ...base, low: -Infinity, high: Infinity }
  list.add(node, 'pads' in from ? from.pads : undefined)
}

function addGlobalPool(list: NodeList, operation: Operation & { op: 'mean' | 'maximum' }, shape: ImageShape): void {
  const { name, op, axes } = operation
  const { node: input, shape: from } = list.read(operation.inputs[0]!)
  if ([...axes].join() !== '0,1' || from.channels !== shape.channels) throw new FrozenRefusal(name, NO_STEP)
  const base = { name, input, shape, ...ONE_PLACE, size: [from.height, from.width] } as const
  list.add(
    op === 'mean' ? { kind: 'averagePool', ...base, low: -Infinity, high: Infinity } : { kind: 'maxPool', ...base },
  )
}
