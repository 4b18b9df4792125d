import type { CalibratedRange } from '../../../contract/precision.ts'
import type { FrozenNode, FrozenNodes, RealBounds } from './frozen-node.ts'
import type { FrozenProgram } from './frozen-program.ts'
import { inputStep, type StoredInput } from './input-step.ts'
import { addOutput, givesNumbers, ProgramBuilder, type TensorScale, windowsOf } from './program-builder.ts'
import { quantiseInput, type QuantisedInput } from './quantise-input.ts'
import type { Kernel } from './kernel-node.ts'
import { type KernelScales, quantiseKernel } from './quantise-kernel.ts'
import { quantised, tensorScale } from './tensor-scale.ts'
import { wideValues } from './wide-values.ts'

/** What calibration found. */
export interface SeenValues {
  /** Of the input and of every node. */
  readonly ranges: ReadonlyMap<string, Pick<CalibratedRange, 'low' | 'high'>>
  /** Mean of each channel, of the same. */
  readonly means: ReadonlyMap<string, Float32Array>
  /** A kernel's weights in whole numbers; null: each is rounded by itself. */
  readonly rounded: (node: Kernel, scales: Pick<KernelScales, 'input' | 'inputChannels'>) => Int8Array | null
}

/** A frozen network in int8: activations in uint8 (wide values: 12 bits) with a scale and a zero point for each tensor, weights in int8 with a scale for each output channel.
 *  Paper: Jacob et al. 2018, arXiv 1712.05877, sections 2.1 to 2.4; multipliers are float32 numbers, as real as they come. Throws FrozenRefusal where sums
 *  may not fit into 32 bits. */
export function quantise(whole: FrozenNodes, stored: StoredInput, seen: SeenValues): FrozenProgram {
  return new Quantisation(whole, stored, seen).program()
}

class Quantisation {
  readonly #whole: FrozenNodes
  readonly #stored: StoredInput
  readonly #seen: SeenValues
  readonly #input: QuantisedInput
  readonly #scales = new Map<string, TensorScale>()
  readonly #builder = new ProgramBuilder()
  readonly #wide: ReadonlySet<string>

  constructor(whole: FrozenNodes, stored: StoredInput, seen: SeenValues) {
    this.#whole = whole
    this.#stored = stored
    this.#seen = seen
    this.#wide = wideValues(whole)
    this.#input = quantiseInput(whole, stored, seen.ranges.get(whole.input.name)!)
  }

  program(): FrozenProgram {
    const { input, nodes, output } = this.#whole
    const builder = this.#builder
    builder.tensor(`${input.name}/given`, input.shape, { scale: 1, zeroPoint: 0 }, true)
    builder.tensor(input.name, input.shape, this.#input)
    this.#scales.set(input.name, this.#input)
    builder.step(inputStep(this.#input.map, this.#input, this.#stored.storage))
    for (const node of nodes) this.#add(node, node.name === output)
    addOutput(builder, this.#whole, this.#scales.get(output)!)
    return builder.finish('int8')
  }

  #add(node: FrozenNode, isLast: boolean): void {
    const from = this.#scales.get(node.input)!
    const to = this.#scaleOf(node, from)
    this.#scales.set(node.name, to)
    const isFloat = isLast && givesNumbers(node)
    const output = this.#builder.tensor(node.name, node.shape, isFloat ? { scale: 1, zeroPoint: 0 } : to, isFloat)
    const base = { input: this.#builder.place(node.input), output }
    switch (node.kind) {
      case 'convolution':
      case 'depthwise':
        return this.#kernel(node, base, to)
      case 'add': {
        const scales = [from.scale / to.scale, this.#scales.get(node.second)!.scale / to.scale] as const
        const second = this.#builder.place(node.second)
        return this.#builder.step({ kind: 'add', ...base, second, scales, ...bounds(node, to) })
      }
      case 'multiply': {
        const scale = (from.scale * this.#scales.get(node.second)!.scale) / to.scale
        return this.#builder.step({ kind: 'multiply', ...base, second: this.#builder.place(node.second), scale, ...bounds(node, to) }) // prettier-ignore
      }
      case 'lookup':
        return this.#builder.step({ kind: 'lookup', ...base, table: tableOf(node.of, from, to), channelOffset: 0 })
      case 'concatenate':
        return this.#builder.concatenate(node, (name) => tableOf((x) => x, this.#scales.get(name)!, to))
      case 'maxPool':
        return this.#builder.step({ kind: 'maxPool', ...base, ...windowsOf(node) })
      case 'averagePool': {
        const scale = isFloat ? from.scale : from.scale / to.scale
        return this.#builder.step({ kind: 'averagePool', ...base, ...windowsOf(node), scale, ...bounds(node, to) })
      }
    }
  }

  /** What only picks among numbers keeps their scale. */
  #scaleOf(node: FrozenNode, from: TensorScale): TensorScale {
    const keeps = node.kind === 'maxPool' || ('isCopy' in node && node.isCopy === true)
    return keeps ? from : tensorScale(this.#seen.ranges.get(node.name)!, this.#wide.has(node.name))
  }

  #kernel(
    node: Extract<FrozenNode, { kind: 'convolution' | 'depthwise' }>,
    base: { input: number; output: number },
    to: TensorScale,
  ): void {
    const { kind, groups, input, added } = node
    const isInput = input === this.#whole.input.name
    const scales = { input: this.#scales.get(input)!, inputChannels: isInput ? this.#input.channels : null }
    const numbers = quantiseKernel(node, {
      ...scales,
      rounded: this.#seen.rounded(node, scales),
      output: to,
      means: this.#seen.means.get(input) ?? null,
    })
    const sum =
      added === null ? null : { tensor: this.#builder.place(added), scale: this.#scales.get(added)!.scale / to.scale }
    const shared = { ...base, ...windowsOf(node), ...numbers, ...bounds(node, to), added: sum }
    this.#builder.step(kind === 'convolution' ? { kind, groups, ...shared } : { kind, ...shared })
  }
}

function bounds({ low, high }: RealBounds, to: TensorScale): RealBounds {
  return { low: quantised(low, to), high: quantised(high, to) }
}

/** What a function makes of each of the 256 numbers. */
function tableOf(of: (x: number) => number, from: TensorScale, to: TensorScale): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, q) => quantised(of((q - from.zeroPoint) * from.scale), to))
}
