import type { Operation, OperationGraph, Pair } from '../../operations/graph.ts'
import type { FrozenInput, FrozenNode, FrozenNodes, ImageShape, RealBounds } from './frozen-node.ts'
import { FrozenRefusal } from './frozen-refusal.ts'
import { type Affine, affineNode, type Kernel, scaledKernel } from './kernel-node.ts'
import { padNode, sameImage } from './node-parts.ts'

/** What a value of the graph is: a node's, as it is or with zeros around it. */
interface View {
  readonly node: string
  readonly shape: ImageShape
  readonly pads: Pair | null
}

/** Nodes in the making (frozen-nodes.ts). */
export class NodeList {
  readonly #graph: OperationGraph
  readonly #nodes: FrozenNode[] = []
  readonly #views = new Map<string, View>()
  readonly #readers = new Map<string, number>()
  #input: FrozenInput

  constructor(graph: OperationGraph) {
    this.#graph = graph
    const { name, shape } = graph.input
    if (shape.length !== 3) throw new FrozenRefusal(name, 'its kernels compute images, and this network takes none')
    const image = asImage(name, shape)
    const { channels } = image
    this.#input = { name, shape: image, scale: new Float64Array(channels).fill(1), shift: new Float64Array(channels) }
    this.#views.set(name, { node: name, shape: image, pads: null })
    for (const read of [
      ...graph.operations.flatMap(({ inputs }) => [...new Set(inputs)]),
      ...graph.outputs.map((each) => each.name),
    ]) {
      // prettier-ignore
      this.#readers.set(read, (this.#readers.get(read) ?? 0) + 1)
    }
  }

  shapeOf({ name }: Operation): ImageShape {
    return asImage(name, this.#graph.shapes.get(name)!)
  }

  isConstant(name: string): boolean {
    return this.#graph.constants.has(name)
  }

  isLastAxis(axis: number, name: string): boolean {
    return axis === this.#graph.shapes.get(name)!.length - 1
  }

  /** A value as a node's; zeros around it become a node of their own. */
  read(name: string): View {
    const view = this.#views.get(name)!
    if (view.pads === null) return view
    if (!this.#nodes.some((node) => node.name === name))
      this.#nodes.push(padNode(name, view.node, view.shape, view.pads))
    return { node: name, shape: view.shape, pads: null }
  }

  /** A value for a node that takes zeros around it along: `shape` is with them. `nonNegative`: only where the value is never below zero. */
  readPadded(name: string, nonNegative = false): View {
    const view = this.#views.get(name)!
    return nonNegative && !this.#isNonNegative(view.node) ? this.read(name) : view
  }

  #isNonNegative(name: string): boolean {
    const node = this.#nodes.find((each) => each.name === name)
    return node !== undefined && 'low' in node && node.low >= 0
  }

  add(node: FrozenNode, zeros: Pair | null = null): void {
    const padded = zeros === null || !('pads' in node) ? node : { ...node, pads: [node.pads[0] + zeros[0], node.pads[1] + zeros[1]] as const } // prettier-ignore
    this.#nodes.push(padded)
    this.#views.set(node.name, { node: node.name, shape: node.shape, pads: null })
  }

  /** The node whose value this is, where nothing else reads it. */
  #own(name: string): FrozenNode | null {
    const isOwn = this.#views.get(name)!.node === name && this.#readers.get(name) === 1
    return isOwn ? (this.#nodes.find((node) => node.name === name) ?? null) : null
  }

  /** A node goes on as another, after all that are there by now. */
  #replace(before: FrozenNode, after: FrozenNode): void {
    this.#nodes.splice(this.#nodes.indexOf(before), 1)
    this.add(after)
  }

  /** Puts bounds into the node before; false: it has none, or something else reads it. */
  bound({ name, inputs }: Operation, bounds: RealBounds): boolean {
    const node = this.#own(inputs[0]!)
    if (node === null || !('low' in node)) return false
    const [low, high] = [Math.max(node.low, bounds.low), Math.min(node.high, bounds.high)]
    this.#replace(node, { ...node, name, low, high })
    return true
  }

  /** Puts a sum into one of the kernels before it; false: neither can take it. */
  addToKernel({ name, inputs }: Operation): boolean {
    const [a, b] = inputs as [string, string]
    if (a === b) return false
    const candidates = [[a, b], [b, a]].map(([own, other]) => [this.#linear(own!), other!] as const) // prettier-ignore
    // The later one: what is added must be there by then, and it is the sum's place anyhow.
    const fitting = candidates.filter((each): each is readonly [Kernel, string] => each[0] !== null)
    const [chosen] = fitting.sort(([x], [y]) => this.#nodes.indexOf(y) - this.#nodes.indexOf(x))
    if (chosen === undefined) return false
    const [kernel, other] = chosen
    const added = this.read(other).node
    this.#replace(kernel, { ...kernel, name, added })
    return true
  }

  /** A kernel's value without bounds or a sum, that nothing else reads. */
  #linear(name: string): Kernel | null {
    const node = this.#own(name)
    if (node === null || !('weights' in node) || node.added !== null) return null
    return node.low === -Infinity && node.high === Infinity ? node : null
  }

  /** x * factor + term of each channel: by the input, by the kernel before, or as a node. */
  scale({ name, inputs }: Operation, affine: Affine): void {
    const from = inputs.find((input) => !this.isConstant(input))!
    const view = this.#views.get(from)!
    const { shape } = view
    if (shape.channels !== this.#graph.shapes.get(name)!.at(-1))
      throw new FrozenRefusal(name, 'its numbers are not one for each channel')
    const isAlone = this.#readers.get(from) === 1 && view.pads === null
    if (view.node === this.#input.name && isAlone && this.#nodes.every((node) => node.input !== this.#input.name)) {
      const [factors, terms] = [affine.factors(), affine.terms()]
      const { scale, shift } = this.#input
      this.#input = { ...this.#input, scale: scale.map((value, c) => value * factors[c]!), shift: shift.map((value, c) => value * factors[c]! + terms[c]!) } // prettier-ignore
      this.#views.set(name, { ...view })
      return
    }
    const kernel = this.#linear(from)
    if (kernel !== null) return this.#replace(kernel, { ...scaledKernel(kernel, affine), name })
    this.add(affineNode({ name, input: this.read(from).node, shape }, affine))
  }

  pad({ name, inputs, pads }: Operation & { op: 'pad' }, shape: ImageShape): void {
    const view = this.read(inputs[0]!)
    const [rows, columns, channels] = pads
    if (pads.length !== 3 || channels![0] !== 0 || channels![1] !== 0) throw new FrozenRefusal(name, 'it pads another axis than height and width') // prettier-ignore
    this.#views.set(name, { node: view.node, shape, pads: [rows![0], columns![0]] })
  }

  /** The axes taken together: the values stay where they are. */
  view(operation: Operation): void {
    const { name, inputs } = operation
    const from = this.read(inputs[0]!)
    const isFlat = this.#graph.shapes.get(name)!.length === 1
    if (!isFlat && !sameImage(from.shape, this.shapeOf(operation)))
      throw new FrozenRefusal(name, 'it arranges the values of an image anew')
    this.#views.set(name, from)
  }

  finish(output: string): FrozenNodes {
    return { input: this.#input, nodes: this.#nodes, output: this.read(output).node }
  }
}

/** A flat value is an image of one place. */
function asImage(name: string, shape: readonly number[]): ImageShape {
  if (shape.length === 1) return { height: 1, width: 1, channels: shape[0]! }
  if (shape.length !== 3)
    throw new FrozenRefusal(name, `its kernels compute images, and its values have the shape [${shape.join(', ')}]`)
  const [height, width, channels] = shape as [number, number, number]
  return { height, width, channels }
}
