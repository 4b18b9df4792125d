import { availableParallelism } from 'node:os'
import { GraftError } from '../../../contract/errors.ts'
import type { FrozenNative } from '../../frozen-native.ts'
import type { Runtime } from '../../runtime.ts'
import { samplesTensor, toInput } from '../data/feed.ts'
import type { Values } from '../data/training-data.ts'
import type { DrawnChanges, Inference, InferenceParts } from '../model/inference.ts'
import { encodeFrozen } from './encode-frozen.ts'
import type { FrozenProgram, FrozenTensor } from './frozen-program.ts'
import { readValues } from '../../ops/read-values.ts'

/** Runs a program by Graft's own kernels, on the runtime's threads; their number changes no bit of the result. With drawn changes TensorFlow makes them, and the kernels take the changed samples as numbers. */
export function createFrozenInference(
  runtime: Pick<Runtime, 'tf' | 'frozen' | 'frozenAbsence' | 'threads'>,
  program: FrozenProgram,
  samples: InferenceParts['samples'],
): Inference {
  const native = nativeFor(runtime, program.precision)
  const threads = runtime.threads || availableParallelism()
  const plain = new LoadedProgram(native, program, threads)
  let changed: LoadedProgram | null = null
  return {
    run(values, drawn) {
      if (drawn === undefined) return [plain.run(values)]
      changed ??= new LoadedProgram(native, takingNumbers(program), threads)
      return [changed.run(changedValues(runtime, samples, values, drawn))]
    },
    dispose() {
      plain.release()
      changed?.release()
    },
  }
}

class LoadedProgram {
  readonly #native: FrozenNative
  readonly #threads: number
  readonly #handle: number
  readonly #inputs: number
  readonly #outputs: number

  constructor(native: FrozenNative, program: FrozenProgram, threads: number) {
    this.#native = native
    this.#threads = threads
    this.#handle = native.load(encodeFrozen(program))
    this.#inputs = sizeOf(program.tensors[program.steps[0]!.input]!)
    this.#outputs = sizeOf(program.tensors[program.steps.at(-1)!.output]!)
  }

  run(values: Values): Float32Array {
    const rows = values.length / this.#inputs
    const output = new Float32Array(rows * this.#outputs)
    this.#native.run(this.#handle, values, rows, output, this.#threads)
    return output
  }

  release(): void {
    this.#native.release(this.#handle)
  }
}

const sizeOf = ({ height, width, channels }: FrozenTensor): number => height * width * channels

/** The same for samples that are given as float32. */
function takingNumbers(program: FrozenProgram): FrozenProgram {
  const steps = program.steps.map((step) => (step.kind === 'input' ? { ...step, takes: 'float32' as const } : step))
  return { ...program, steps }
}

function changedValues(
  { tf }: Pick<Runtime, 'tf'>,
  { shape, storage }: InferenceParts['samples'],
  values: Values,
  { changes, rows, times }: DrawnChanges,
): Float32Array {
  const [changed] = readValues(tf, () => {
    const tensors = changes.draw(tf, rows, times)
    const x = toInput(tf, { storage, changes, normalisation: null }, samplesTensor(tf, shape, values), tensors)
    return [x]
  })
  return changed!
}

export function nativeFor(
  { frozen, frozenAbsence }: Pick<Runtime, 'frozen' | 'frozenAbsence'>,
  precision: FrozenProgram['precision'],
) {
  if (frozen !== undefined && frozen.kernels[precision] !== null) return frozen
  const reason =
    frozen === undefined
      ? (frozenAbsence ?? 'they are not loaded here')
      : 'this computer’s processor lacks the instructions that they use'
  throw new GraftError('E_RUN_SPEC', `Expected Graft’s own kernels for ${precision}. Received: ${reason}.`, {
    fix: 'Choose another precision for the frozen part.',
  })
}
