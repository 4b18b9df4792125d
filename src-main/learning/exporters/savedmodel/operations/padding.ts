import { DT_FLOAT, DT_INT32 } from '../../../ops/native.ts'
import type { Pads, Pair } from '../../../operations/graph.ts'
import { namedPadding } from '../../../operations/pool-factors.ts'
import type { Call } from './call.ts'

interface Window {
  readonly size: Pair
  readonly strides: Pair
  readonly pads: Pads
}

/** The first input and the name of TensorFlow's padding: `SAME` where it pads as much, else it is padded with `filling`. */
export function paddedInput(call: Call, window: Window, filling = 0): { x: string; padding: 'SAME' | 'VALID' } {
  const x = call.value(0)
  const named = namedPadding(window, call.shape(0))
  if (named !== null) return { x, padding: named === 'same' ? 'SAME' : 'VALID' }
  return { x: padNode(call, x, [...window.pads, [0, 0]], filling), padding: 'VALID' }
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
