/** Which of the processor's instructions the kernels of a precision use; null: this processor has none that Graft has kernels for. */
export interface FrozenKernels {
  readonly float32: 'avx512' | null
  readonly bfloat16: 'avx512-bf16' | null
  readonly int8: 'avx512-vnni' | 'avx-vnni' | null
}

/** Graft's own native kernels (build/addon/frozen): a whole frozen network, written as a program (frozen-program.ts), as one call without TensorFlow. */
export interface FrozenNative {
  readonly kernels: FrozenKernels
  /** Takes a program (`encodeFrozen`) over: weights are copied and arranged for this processor. Throws an Error for bytes that are no program, or one that
   *  this processor has no kernels for. */
  load(program: Uint8Array): number
  /** Runs `rows` inputs, (rows, ...shape of the input) as the program's input step takes them, on up to `threads` threads, and writes (rows, ...shape of the
   *  output) float32 numbers. Each row's numbers are the same whatever it is computed beside. Throws an Error where a size does not fit. */
  run(handle: number, input: Uint8Array | Float32Array, rows: number, output: Float32Array, threads: number): void
  /** As `run`, on a thread of its own: JavaScript goes on meanwhile. The arrays must not change before it is done. */
  runAsync(
    handle: number,
    input: Uint8Array | Float32Array,
    rows: number,
    output: Float32Array,
    threads: number,
  ): Promise<void>
  /** As `run`, of a program in float32, and tells what it saw on the way: for finding the ranges of int8. */
  runWatched(
    handle: number,
    input: Uint8Array | Float32Array,
    rows: number,
    output: Float32Array,
    threads: number,
    watched: WatchedRun,
  ): void
  /** Adds windows of a kernel's input, (windows, inputs, sets), to sums, (inputs * (inputs + 1) / 2 + inputs, sets): of the products of each pair of inputs
   *  (i, j >= i), the rows of an upper triangle one after the other, and of the inputs. Throws an Error where a size does not fit. */
  addProducts(windows: Float32Array, inputs: number, sets: number, sums: Float32Array, threads: number): void
  release(handle: number): void
}

/** What is looked at in a run, and where it is written (build/addon/frozen/watch.h). The module checks every size and place. */
export interface WatchedRun {
  /** [tensor, count, length] of each pick: of `count` places of an image, `length` numbers each, which is 1 or all channels. */
  readonly picks: Int32Array
  /** In such lengths, channels last: (rows, count) of each pick, one after the other. */
  readonly places: Int32Array
  /** (rows, count, length) of each pick, one after the other. */
  readonly picked: Float32Array
  /** Smallest, largest and mean number of each channel of an image: (rows, tensors but the first, 3, channels). */
  readonly channels: Float32Array
}
