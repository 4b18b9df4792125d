import type { FrozenNode, FrozenNodes, ImageShape, NodeWindows } from './frozen-node.ts'
import type { FrozenProgram, FrozenStep, FrozenTensor } from './frozen-program.ts'

/** How the numbers of a tensor are to be read. */
export interface TensorScale {
  readonly scale: number
  readonly zeroPoint: number
  /** 12 bits rather than 8. */
  readonly isWide?: true
}

/** Tensors and steps in the making. */
export class ProgramBuilder {
  readonly #tensors: FrozenTensor[] = []
  readonly #steps: FrozenStep[] = []
  readonly #places = new Map<string, number>()

  /** The place of a new tensor. */
  tensor(
    name: string,
    { height, width, channels }: ImageShape,
    { scale, zeroPoint, isWide }: TensorScale,
    isFloat = false,
  ): number {
    const wide = isWide === undefined ? {} : { isWide }
    this.#places.set(name, this.#tensors.length)
    return this.#tensors.push({ name, height, width, channels, zeroPoint, scale, isFloat, ...wide }) - 1
  }

  place(name: string): number {
    return this.#places.get(name)!
  }

  step(step: FrozenStep): void {
    this.#steps.push(step)
  }

  /** A lookup for each part, which is put behind those before it. */
  concatenate(
    { name, input, others }: Extract<FrozenNode, { kind: 'concatenate' }>,
    tableOf: (input: string) => Uint8Array,
  ): void {
    let channelOffset = 0
    for (const each of [input, ...others]) {
      const place = this.place(each)
      this.step({ kind: 'lookup', input: place, output: this.place(name), table: tableOf(each), channelOffset })
      channelOffset += this.#tensors[place]!.channels
    }
  }

  finish(precision: FrozenProgram['precision']): FrozenProgram {
    return { precision, tensors: this.#tensors, steps: this.#steps }
  }
}

/** Whether a node, being the last, makes float32 numbers itself. */
export function givesNumbers(node: FrozenNode): boolean {
  return node.kind === 'averagePool' && node.low === -Infinity && node.high === Infinity
}

/** Makes the numbers that come out, where the last node has not made them itself. */
export function addOutput(
  builder: ProgramBuilder,
  { input, nodes, output }: FrozenNodes,
  { scale }: TensorScale,
): void {
  const last = nodes.find(({ name }) => name === output)
  if (last !== undefined && givesNumbers(last)) return
  const to = builder.tensor(`${output}/numbers`, last?.shape ?? input.shape, { scale: 1, zeroPoint: 0 }, true)
  builder.step({ kind: 'output', input: builder.place(output), output: to, scale })
}

export function windowsOf({ size, strides, dilations, pads }: NodeWindows): NodeWindows {
  return { size, strides, dilations, pads }
}

/** All that a node reads. */
export function inputsOf(node: FrozenNode): string[] {
  if (node.kind === 'concatenate') return [node.input, ...node.others]
  if (node.kind === 'add' || node.kind === 'multiply') return [node.input, node.second]
  return 'added' in node && node.added !== null ? [node.input, node.added] : [node.input]
}
