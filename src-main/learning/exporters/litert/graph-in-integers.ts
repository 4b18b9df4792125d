import type { LiteRtGraph, LiteRtOperator, LiteRtTensor } from './graph.ts'
import { activationQuantization, quantized, type Quantization, type Range } from '../quantization/quantization.ts'

/** A graph that becomes integers operator by operator: each value is there as int8, as float32, or, where both are asked for, as both. */
export class GraphInIntegers {
  readonly rangeOf: (name: string) => Range | undefined
  readonly #from: LiteRtGraph
  readonly #tensors = new Map<string, LiteRtTensor>()
  readonly #operators: LiteRtOperator[] = []
  /** Names of the two forms of what was made so far. */
  readonly #floats = new Map<string, string>()
  readonly #int8s = new Map<string, string>()

  constructor(from: LiteRtGraph, rangeOf: (name: string) => Range | undefined) {
    this.#from = from
    this.rangeOf = rangeOf
    this.#tensors.set(from.input, from.tensors.get(from.input)!)
    this.#floats.set(from.input, from.input)
  }

  tensor(name: string): LiteRtTensor {
    return this.#from.tensors.get(name)!
  }

  isConstant(name: string): boolean {
    return this.tensor(name).values !== undefined
  }

  isInt8(name: string): boolean {
    return this.#int8s.has(name)
  }

  /** Whether the value is int8, or its range says how it becomes that. */
  hasScale(name: string): boolean {
    return this.#int8s.has(name) || this.rangeOf(name) !== undefined
  }

  scaleOf(int8: string): Quantization {
    return this.#tensors.get(int8)!.quantization!
  }

  /** The operator with the names of its inputs in this graph; without a scale its output is float32. */
  add(operator: LiteRtOperator, quantization?: Quantization): void {
    const { output } = operator
    const { shape } = this.tensor(output)
    this.#operators.push(operator)
    this.#tensors.set(
      output,
      quantization === undefined ? { type: 'float32', shape } : { type: 'int8', shape, quantization },
    )
    ;(quantization === undefined ? this.#floats : this.#int8s).set(output, output)
  }

  replace(name: string, tensor: LiteRtTensor): void {
    this.#tensors.set(name, tensor)
  }

  asFloat(name: string): string {
    if (this.isConstant(name)) return this.#keep(name)
    return this.#floats.get(name) ?? this.#convert('DEQUANTIZE', this.#int8s.get(name)!, { type: 'float32', to: `${name}:float32`, as: name }) // prettier-ignore
  }

  /** With a scale given: in that one. */
  asInt8(name: string, wanted?: Quantization): string {
    if (this.isConstant(name)) return this.#constant(name, wanted)
    const known = this.#int8s.get(name)
    if (known === undefined) {
      const own = activationQuantization(this.rangeOf(name)!)
      const made = this.#convert('QUANTIZE', this.#floats.get(name)!, { type: 'int8', to: `${name}:int8`, as: name, quantization: own }) // prettier-ignore
      return wanted === undefined ? made : this.asInt8(name, wanted)
    }
    if (wanted === undefined || isSame(this.scaleOf(known), wanted)) return known
    const to = `${name}:int8:${this.#operators.length}`
    return this.#convert('QUANTIZE', known, { type: 'int8', to, as: null, quantization: wanted })
  }

  finish(): LiteRtGraph {
    const outputs = this.#from.outputs.map((name) => this.asFloat(name))
    return { tensors: this.#tensors, operators: this.#operators, input: this.#from.input, outputs }
  }

  #keep(name: string): string {
    this.#tensors.set(name, this.tensor(name))
    return name
  }

  /** Whole numbers, sizes and axes, stay what they are. */
  #constant(name: string, wanted: Quantization | undefined): string {
    const tensor = this.tensor(name)
    if (tensor.type !== 'float32') return this.#keep(name)
    const values = tensor.values as () => Float32Array
    const quantization = wanted ?? activationQuantization(rangeOfNumbers(values()))
    const stored = () => quantized(values(), quantization)
    this.#tensors.set(name, { type: 'int8', shape: tensor.shape, values: stored, quantization })
    return name
  }

  #convert(code: 'QUANTIZE' | 'DEQUANTIZE', input: string, made: Converted): string {
    const { type, to, as, quantization } = made
    const { shape } = this.#tensors.get(input)!
    this.#operators.push({ code, inputs: [input], output: to })
    this.#tensors.set(to, { type, shape, ...(quantization === undefined ? {} : { quantization }) })
    if (as !== null) (type === 'int8' ? this.#int8s : this.#floats).set(as, to)
    return to
  }
}

interface Converted {
  readonly type: 'float32' | 'int8'
  readonly to: string
  /** The value that it is a form of, for whoever asks for it again; null: for one operator. */
  readonly as: string | null
  readonly quantization?: Quantization
}

function isSame(a: Quantization, b: Quantization): boolean {
  return a.scales[0] === b.scales[0] && a.zeroPoints[0] === b.zeroPoints[0]
}

function rangeOfNumbers(values: Float32Array): Range {
  return values.reduce((range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }), { min: 0, max: 0 }) // prettier-ignore
}
