import type * as tfjs from '@tensorflow/tfjs'
import type { FrozenNative } from './frozen-native.ts'

/** The tensor library: tfjs-node in the trainer, pure-JavaScript tfjs in tests. */
export type Tf = typeof tfjs
export type Tensor = tfjs.Tensor
export type Tensor1D = tfjs.Tensor1D
export type Tensor2D = tfjs.Tensor2D
export type Tensor4D = tfjs.Tensor4D
export type Scalar = tfjs.Scalar
export type Variable = tfjs.Variable

/** Everything a method needs from the world. Nothing under learning/ reads the clock or chance by itself. */
export interface Runtime {
  readonly tf: Tf
  /** Milliseconds, only for speeds and time left; never for results. */
  readonly now: () => number
  /** Resident memory of the process. */
  readonly memoryBytes: () => number
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void
  /** Aborted: leave within one step, nothing is kept. */
  readonly signal: AbortSignal
  /** True: nothing is compiled, every op is a call of its own. For looking into a step, and for comparing with one. */
  readonly isEager?: boolean
  /** How many threads native kernels work on; 0 or absent: as many as there are cores. TensorFlow has its own. */
  readonly threads?: number
  /** Native kernels for frozen parts; absent: there are none, and TensorFlow computes them. */
  readonly frozen?: FrozenNative
  /** Why there are none, as the end of a sentence. */
  readonly frozenAbsence?: string
}
