import type { Quantization } from '../quantization/quantization.ts'
import type { Initializer } from './onnx-file.ts'

/** The constants of an ONNX graph while it is written. */
export class Initializers {
  readonly #all = new Map<string, Initializer>()
  readonly #free: (name: string) => string

  /** `free`: gives the name, or one like it that nothing has yet. */
  constructor(free: (name: string) => string) {
    this.#free = free
  }

  list(): Initializer[] {
    return [...this.#all.values()]
  }

  /** Under a name that is its own. */
  add(name: string, shape: readonly number[], values: Initializer['values']): string {
    this.#all.set(name, { name, shape, values })
    return name
  }

  /** A list of whole numbers, as shapes and axes are given. */
  integers(values: readonly number[]): string {
    return this.#shared(`int64.${values.join('.')}`, [values.length], () => BigInt64Array.from(values, BigInt))
  }

  numbers(values: readonly number[]): string {
    return this.#shared(`float32.list.${values.join('.')}`, [values.length], () => Float32Array.from(values))
  }

  /** One number, without an axis. */
  number(value: number): string {
    return this.#shared(`float32.${value}`, [], () => Float32Array.of(value))
  }

  /** One byte, without an axis. */
  byte(value: number): string {
    return this.#shared(`uint8.${value}`, [], () => Uint8Array.of(value))
  }

  /** Whole numbers with a scale a channel: what DequantizeLinear reads. */
  quantized(name: string, stored: Stored): [values: string, scales: string, zeroPoints: string] {
    const { quantization, shape, type } = stored
    const values = stored.values()
    const { scales, zeroPoints } = quantization
    const zeros = type === 'int8' ? Int8Array.from(zeroPoints) : Int32Array.from(zeroPoints)
    return [
      this.add(this.#free(`${name}.${type}`), shape, values),
      this.add(this.#free(`${name}.scale`), [scales.length], Float32Array.from(scales)),
      this.add(this.#free(`${name}.zero`), [scales.length], zeros),
    ]
  }

  #shared(name: string, shape: readonly number[], values: () => Initializer['values']): string {
    const known = this.#all.get(name)
    if (known !== undefined) return known.name
    const own = this.#free(name)
    this.#all.set(name, { name: own, shape, values: values() })
    return own
  }
}

interface Stored {
  readonly type: 'int8' | 'int32'
  readonly shape: readonly number[]
  readonly values: () => Int8Array | Int32Array
  readonly quantization: Quantization
}
