import type { OperationKind, Pads, Pair } from './graph.ts'
import { padsOf } from './lowerings/windows.ts'

type Pool = Pick<Extract<OperationKind, { op: 'averagePool' }>, 'size' | 'strides' | 'pads'>

/** What TensorFlow calls pads around a map [height, width, ...]: `valid` without any, `same` where they are those that it makes itself; null:
 *  neither. `size` is that of the window, places between dilated ones included. */
export function namedPadding({ size, strides, pads }: Pool, shape: readonly number[]): 'valid' | 'same' | null {
  if (pads.flat().every((count) => count === 0)) return 'valid'
  return isEqual(padsOf('same', shape, size, strides), pads) ? 'same' : null
}

function isEqual(one: Pads, other: Pads): boolean {
  return one.flat().join() === other.flat().join()
}

/** What means over whole windows, padded places included, are multiplied with to be means over the places of the map [height, width, ...]: one factor
 *  for each place of the `output`, row by row. */
export function poolFactors(
  { size, strides, pads }: Pool,
  [height = 0, width = 0]: readonly number[],
  [rows = 0, columns = 0]: readonly number[],
): Float32Array {
  const down = shares(rows, height, { size: size[0], stride: strides[0], pads: pads[0] })
  const across = shares(columns, width, { size: size[1], stride: strides[1], pads: pads[1] })
  return Float32Array.from(down.flatMap((row) => across.map((column) => row * column)))
}

interface Along {
  readonly size: number
  readonly stride: number
  readonly pads: Pair
}

/** Of each window along an axis: its places over those that lie in the map. */
function shares(places: number, length: number, { size, stride, pads: [before] }: Along): number[] {
  return Array.from({ length: places }, (_, place) => {
    const start = place * stride - before
    return size / (Math.min(start + size, length) - Math.max(start, 0))
  })
}
