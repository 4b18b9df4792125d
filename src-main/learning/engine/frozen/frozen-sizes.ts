/** What goes into a program and what comes out of it, for each row. */
export interface FrozenSizes {
  readonly takes: 'uint8' | 'float32'
  readonly inputs: number
  readonly outputs: number
}

/** Of a program as `encodeFrozen` writes it, which the kernels have checked: the input of the first step, and the output of the last. */
export function frozenSizes(program: Uint8Array): FrozenSizes {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  const word = (index: number) => view.getInt32(index * 4, true)
  const [tensors, steps] = [word(2), word(3)]
  const first = 8 + tensors * 8
  const last = first + (steps - 1) * 32
  const values = (tensor: number) => [0, 1, 2].reduce((product, i) => product * word(8 + tensor * 8 + i), 1)
  return {
    takes: word(first + 21) === 0 ? 'float32' : 'uint8',
    inputs: values(word(first + 1)),
    outputs: values(word(last + 3)),
  }
}
