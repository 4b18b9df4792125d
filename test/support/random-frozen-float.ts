import type { FrozenProgram, FrozenStep } from '../../src-main/learning/engine/frozen/frozen-program.ts'
import { randomNarrowFrozen, randomFrozenInput } from './random-frozen.ts'

type Kernel = Extract<FrozenStep, { weights: unknown }>

/** The same program in another precision: its shapes and steps, with weights, bounds and inputs of a size that floating-point networks have. */
export function randomFloatFrozen(
  seed: number,
  precision: 'float32' | 'bfloat16',
  size?: Parameters<typeof randomNarrowFrozen>[1],
): FrozenProgram {
  const { tensors, steps } = randomNarrowFrozen(seed, size)
  return {
    precision,
    tensors: tensors.map((tensor) => ({ ...tensor, zeroPoint: 0, scale: 1 })),
    steps: steps.map(asNumbers),
  }
}

/** Within -1..1, or bytes. */
export function randomFloatInput(program: FrozenProgram, rows: number, seed: number): Uint8Array | Float32Array {
  const input = randomFrozenInput(program, rows, seed)
  return input instanceof Uint8Array ? input : input.map((value) => Math.max(-1, Math.min(1, value)))
}

function asNumbers(step: FrozenStep): FrozenStep {
  switch (step.kind) {
    case 'input': {
      const spread = step.takes === 'uint8' ? 128 : 1
      const a = step.a.map((value) => (value > 1 ? value / 100 : value) / spread)
      return { ...step, a, b: step.b.map((value) => (value - 128) / 100) }
    }
    case 'convolution':
    case 'depthwise':
      return { ...step, ...boundsOf(step), ...kernelOf(step) }
    case 'add':
      return { ...step, ...boundsOf(step), scales: [1, 1] }
    case 'multiply':
      return { ...step, ...boundsOf(step), scale: 1 }
    case 'averagePool':
      return { ...step, ...boundsOf(step), scale: 1 }
    case 'output':
      return { ...step, scale: 1 }
    case 'lookup':
      return { ...step, table: new Uint8Array() }
    case 'maxPool':
      return step
  }
}

/** None, ReLU's or ReLU6's. */
function boundsOf({ low, high }: { readonly low: number; readonly high: number }) {
  return { low: low > 0 && low < 128 ? -Infinity : 0, high: high === 255 ? Infinity : 6 }
}

function kernelOf({ weights, bias, added }: Kernel) {
  const spread = 73 * Math.sqrt(weights.length / bias.length)
  return {
    weights: Float32Array.from(weights, (weight) => weight / spread),
    bias: Float32Array.from(bias, (value) => Math.sin(value)),
    multipliers: new Float32Array(),
    added: added === null ? null : { ...added, scale: 1 },
  }
}
