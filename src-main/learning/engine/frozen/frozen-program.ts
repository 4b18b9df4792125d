import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'

/**
 * A frozen network as a program of few kinds of steps over images, channels last, for the native kernels (build/addon/frozen). `type` numbers below are
 * those of the program's precision: uint8 (int8 programs), bfloat16 or float32.
 *
 * Arithmetic of int8, exact to the integer (all in float32, each operation rounded by itself, no fused multiply-add; rne: to the nearest whole number, ties
 * to even; clamp: to [low, high] of the step). q, z: number and zero point of a tensor; a real number is (q - z) * scale. Weights are symmetric, -127..127.
 * Numbers of wide tensors have 12 bits: convolutions make them and add them, 1x1 convolutions read them.
 *
 * | step | result |
 * |---|---|
 * | input | clamp(rne(x * a[c] + b[c])), x: the input's number (float32 or uint8); in float programs x * a[c] + b[c] |
 * | convolution, depthwise | acc = bias[c] + sum(q * w), places beyond the edge hold the input's z (the caller has taken z * sum(w) off the bias); clamp(rne(acc * m[c] + r) + z), r = (q' - z') * s of the tensor that is added, else 0 |
 * | add | clamp(rne((q1 - z1) * s1 + (q2 - z2) * s2) + z) |
 * | multiply | clamp(rne((q1 - z1) * (q2 - z2) * s1) + z); the second may be 1 x 1 x channels |
 * | lookup | table[q], put behind `channelOffset` other channels of the output (a concatenation is several such steps) |
 * | maxPool | the largest q; places beyond the edge do not count |
 * | averagePool | clamp(rne((sum(q) - n z) * s1 / n) + z), n: places within the edge; a float32 output: (sum(q) - n z) * s1 / n |
 * | output | (q - z) * s1, float32 |
 *
 * In float programs the same without zero points and scales: convolution is clamp(acc + bias[c] + r) with clamp's bounds as numbers.
 */
export interface FrozenProgram {
  readonly precision: PrefixPrecision
  readonly tensors: readonly FrozenTensor[]
  /** In order; the first is `input`, the last makes the one float32 tensor. */
  readonly steps: readonly FrozenStep[]
}

export interface FrozenTensor {
  /** The operation's (learning/operations) whose value it is. */
  readonly name: string
  readonly height: number
  readonly width: number
  readonly channels: number
  /** 0..255, of a wide tensor 0..4095; 0 in float programs. */
  readonly zeroPoint: number
  /** 1 in float programs. */
  readonly scale: number
  /** True of the input that is given and of what comes out. */
  readonly isFloat: boolean
  /** Numbers are 0..4095. */
  readonly isWide?: true
}

interface Base {
  /** Places in `tensors`. */
  readonly input: number
  readonly output: number
}

interface Windows {
  /** [height, width] */
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Above and at the left; what is needed below and at the right follows from the output's size. */
  readonly pads: readonly [number, number]
}

/** Bounds of a result: numbers of the output in int8 programs; -Infinity and Infinity: none. */
interface Bounds {
  readonly low: number
  readonly high: number
}

interface Kernel extends Windows, Bounds {
  /** convolution: (kh, kw, in / groups, out), depthwise: (kh, kw, channels). */
  readonly weights: Int8Array | Float32Array
  /** One per output channel. */
  readonly bias: Int32Array | Float32Array
  /** m, one per output channel; empty in float programs. */
  readonly multipliers: Float32Array
  /** A tensor of the output's shape that is added before the bounds, and its s (1 in float programs). */
  readonly added: { readonly tensor: number; readonly scale: number } | null
}

export type FrozenStep = Base &
  (
    | {
        readonly kind: 'input'
        readonly a: Float32Array
        readonly b: Float32Array
        readonly takes: 'uint8' | 'float32'
      }
    | ({ readonly kind: 'convolution'; readonly groups: number } & Kernel)
    | ({ readonly kind: 'depthwise' } & Kernel)
    | ({ readonly kind: 'add'; readonly second: number; readonly scales: readonly [number, number] } & Bounds)
    | ({ readonly kind: 'multiply'; readonly second: number; readonly scale: number } & Bounds)
    | { readonly kind: 'lookup'; readonly table: Uint8Array; readonly channelOffset: number }
    | ({ readonly kind: 'maxPool' } & Windows)
    | ({ readonly kind: 'averagePool'; readonly scale: number } & Windows & Bounds)
    | { readonly kind: 'output'; readonly scale: number }
  )
