import { DT_FLOAT, DT_INT32 } from '../../../ops/native.ts'
import type { Pads, Pair } from '../../operations/graph.ts'
import type { Call } from './call.ts'

interface Window {
  readonly size: Pair
  readonly strides: Pair
  readonly pads: Pads
}

/** The first input and the name of TensorFlow's padding: `SAME` where it pads as much, else it is padded with `filling`. */
export function paddedInput(call: Call, window: Window, filling = 0): { x: string; padding: 'SAME' | 'VALID' } {
  const x = call.value(0)
  const { pads } = window
  if (pads.flat().every((count) => count === 0)) return { x, padding: 'VALID' }
  if (isSame(call.shape(0), window)) return { x, padding: 'SAME' }
  return { x: padNode(call, x, [...pads, [0, 0]], filling), padding: 'VALID' }
}

/** TensorFlow's rule: as much as the last window needs, the odd one at the end. */
function isSame(shape: readonly number[], { size, strides, pads }: Window): boolean {
  return pads.every(([before, after], axis) => {
    const [length, window, stride] = [shape[axis]!, size[axis]!, strides[axis]!]
    const needed = Math.max((Math.ceil(length / stride) - 1) * stride + window - length, 0)
    return before === Math.floor(needed / 2) && after === needed - before
  })
}

/** `pads` without the batch axis. */
export function padNode({ writer }: Call, x: string, pads: readonly Pair[], filling: number, part = 'padded'): string {
  const prefix = part === '' ? '' : `${part}_`
  const counts = writer.pairs(`${prefix}counts`, [[0, 0], ...pads])
  return writer.node(part, 'PadV2', [x, counts, writer.scalar(`${prefix}filling`, filling)], {
    T: { type: DT_FLOAT },
    Tpaddings: { type: DT_INT32 },
  })
}
