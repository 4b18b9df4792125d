import type { Constant, Operation, OperationGraph } from '../../operations/graph.ts'
import { quantizedBias, quantizedWeights } from '../quantization/quantization.ts'
import { Initializers } from './initializers.ts'
import type { IntegerPlan } from './integer-plan.ts'
import { inLayout, isSameOrder, permutationTo } from './layout.ts'
import type { Layout } from './layout.ts'
import type { Attribute, OnnxInput, OnnxNode } from './onnx-file.ts'

/** TensorProto.DataType of float32. */
const FLOAT = 1

export interface Choice {
  readonly weights: 'float32' | 'float16'
  /** What stands in integers; absent: nothing. */
  readonly integers?: IntegerPlan
  readonly layout: 'nhwc' | 'nchw'
  /** The input is of bytes: pixels. */
  readonly isBytes: boolean
}

/** Brings the numbers of a constant into another order. */
export type Change = (constant: Constant) => { readonly shape: readonly number[]; readonly values: Float32Array }

/** An ONNX graph while it is written. A value may be there in both layouts; a transposition is made when somebody asks for the other one, and once. */
export class GraphInMaking {
  readonly nodes: OnnxNode[] = []
  readonly initializers = new Initializers((name) => this.#free(name))
  readonly #tensors = new Map<string, Map<Layout, string>>()
  /** Maps that vectors were before they were flattened with their channels first. */
  readonly #flattened = new Map<string, readonly number[]>()
  readonly #names: Set<string>
  readonly #graph: OperationGraph
  readonly #operations: ReadonlyMap<string, Operation>
  readonly #weights: Choice['weights']
  readonly #integers: IntegerPlan | null
  readonly input: OnnxInput

  /** `heads`: names that the outputs will have. */
  constructor(graph: OperationGraph, choice: Choice, heads: readonly string[]) {
    this.#names = new Set(heads)
    this.#graph = graph
    this.#operations = new Map(graph.operations.map((operation) => [operation.name, operation]))
    this.#weights = choice.weights
    this.#integers = choice.integers ?? null
    const { name, shape } = graph.input
    const layout: Layout = shape.length === 3 && choice.layout === 'nchw' ? 'first' : 'last'
    this.input = { name: this.#free(name), shape: inLayout(shape, layout), isBytes: choice.isBytes }
    const numbers = choice.isBytes
      ? this.node('Cast', [this.input.name], { to: FLOAT }, `${name}/float32`)
      : this.input.name
    this.define(name, layout, numbers)
  }

  shape(value: string): readonly number[] {
    return this.#graph.shapes.get(value)!
  }

  /** What makes a value; undefined: it is the input. */
  operation(value: string): Operation | undefined {
    return this.#operations.get(value)
  }

  isConstant(name: string): boolean {
    return this.#graph.constants.has(name)
  }

  constant(name: string): Constant {
    return this.#graph.constants.get(name)!
  }

  /** The map that a vector was, if it is there with its channels first only. */
  flattenedFrom(value: string): readonly number[] | null {
    return this.has(value, 'last') ? null : (this.#flattened.get(value) ?? null)
  }

  has(value: string, layout: Layout): boolean {
    return this.#tensors.get(value)!.has(layout)
  }

  /** Says which tensor a value is. One that stands in integers is brought to uint8 and back: runtimes take an operator between two such pairs for one
   *  of integers (QDQ). */
  define(value: string, layout: Layout, tensor: string, flattenedFrom?: readonly number[]): void {
    this.#keep(value, layout, this.#inSteps(value, tensor))
    if (flattenedFrom !== undefined) this.#flattened.set(value, flattenedFrom)
  }

  /** A value as a tensor of the layout. */
  tensor(value: string, layout: Layout): string {
    const known = this.#tensors.get(value)!
    const found = known.get(layout)
    if (found !== undefined) return found
    const other = known.get(layout === 'last' ? 'first' : 'last')!
    const name = `${value}/${layout === 'last' ? 'nhwc' : 'nchw'}`
    const made = this.#turned(value, other, layout, name)
    this.#keep(value, layout, made)
    return made
  }

  /** Adds a node, and gives its output's name. */
  node(op: string, inputs: readonly string[], attributes: OnnxNode['attributes'], name: string): string {
    const output = this.#free(name)
    this.nodes.push({ op, inputs, output, attributes })
    return output
  }

  reshaped(tensor: string, shape: readonly number[], name: string): string {
    // 0: the batch stays as it is.
    return this.node('Reshape', [tensor, this.initializers.integers([0, ...shape])], {}, name)
  }

  /** Two in a row are one; the first is left out where nothing else reads it. `order` is counted with the batch. */
  transposed(tensor: string, order: readonly number[], name: string): string {
    const before = this.nodes.find(({ output }) => output === tensor)
    if (before?.op !== 'Transpose') return this.node('Transpose', [tensor], { perm: order }, name)
    const first = before.attributes['perm'] as readonly number[]
    const perm = order.map((axis) => first[axis]!)
    return this.node('Transpose', before.inputs, { perm }, name)
  }

  /** The numbers of a constant as an initializer, which `change` may bring into another order. In float16 it is cast before it is used: kernels
   *  of float32 are the fast ones on a CPU, and runtimes do the cast once, when they load the file. */
  weight(name: string, change: Change): string {
    const { shape, values } = change(this.constant(name))
    const own = this.#nameOfWeight(name)
    // Vectors stay exact: they are small, and variances may be below what float16 can say.
    if (this.#weights === 'float32' || shape.length < 2 || !fitsHalf(values)) {
      return this.initializers.add(own, shape, values)
    }
    const half = this.initializers.add(this.#free(`${own}.float16`), shape, Float16Array.from(values))
    this.nodes.push({ op: 'Cast', inputs: [half], output: own, attributes: { to: FLOAT } })
    return own
  }

  /** The kernel of an operation and its bias, where it has one. `axis`: of the output channels, once `change` has brought the kernel into ONNX' order. */
  kernel({ name, inputs }: Pick<Operation, 'name' | 'inputs'>, axis: number, change: Change): string[] {
    const [x, kernel, bias] = inputs as [string, string, string]
    const { isAbsent = false, shape, values } = this.constant(bias)
    if (this.#integers?.kernels.has(name) !== true) {
      return [
        this.weight(kernel, change),
        ...(isAbsent ? [] : [this.weight(bias, () => ({ shape, values: values() }))]),
      ]
    }
    const own = this.constant(kernel)
    const changed = change(own)
    const inputScale = this.#integers.scales.get(x)!.scale
    const numbers = { ...own, shape: changed.shape, values: () => changed.values }
    const stored = quantizedWeights(numbers, { axis, bias: { values: values(), inputScale } })
    const weight = this.#dequantized(kernel, stored, axis)
    return isAbsent ? [weight] : [weight, this.#dequantized(bias, quantizedBias({ shape, values }, inputScale, stored.quantization), 0)] // prettier-ignore
  }

  #dequantized(name: string, stored: Parameters<Initializers['quantized']>[1], axis: number): string {
    const own = this.#nameOfWeight(name)
    this.nodes.push({
      op: 'DequantizeLinear',
      inputs: this.initializers.quantized(own, stored),
      output: own,
      attributes: { axis },
    })
    return own
  }

  #nameOfWeight(name: string): string {
    return this.#free(name.replace(/\/(depthwise_)?kernel$/, '.weight').replace('/', '.'))
  }

  #keep(value: string, layout: Layout, tensor: string): void {
    const known = this.#tensors.get(value) ?? new Map<Layout, string>()
    this.#tensors.set(value, known.set(layout, tensor))
  }

  #inSteps(value: string, tensor: string): string {
    const found = this.#integers?.scales.get(value)
    if (found === undefined) return tensor
    const how = [this.initializers.number(found.scale), this.initializers.byte(found.zeroPoint)]
    const bytes = this.node('QuantizeLinear', [tensor, ...how], {}, `${value}/uint8`)
    return this.node('DequantizeLinear', [bytes, ...how], {}, `${value}/float32`)
  }

  #turned(value: string, tensor: string, layout: Layout, name: string): string {
    const map = this.#flattened.get(value)
    if (map !== undefined) {
      const apart = this.reshaped(tensor, inLayout(map, 'first'), `${value}/map`)
      const turned = this.node('Transpose', [apart], { perm: permutationTo('last', map.length) }, `${name}/map`)
      return this.node('Flatten', [turned], { axis: 1 }, name)
    }
    const shape = this.shape(value)
    if (isSameOrder(shape)) return this.reshaped(tensor, inLayout(shape, layout), name)
    return this.transposed(tensor, permutationTo(layout, shape.length), name)
  }

  #free(name: string): string {
    let free = name
    while (this.#names.has(free)) free = `${free}_`
    this.#names.add(free)
    return free
  }
}

/** The largest number of float16. */
const LARGEST_HALF = 65_504

function fitsHalf(values: Float32Array): boolean {
  return values.every((value) => Math.abs(value) <= LARGEST_HALF)
}

export type Attributes = Readonly<Record<string, Attribute>>
