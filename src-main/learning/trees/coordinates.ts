import { roundToSpread } from '../../base/significant-digits.ts'
import type { Preprocessing } from '../../contract/network.ts'

/** What a number that a tree tests stands for. */
export type Coordinate =
  | { readonly kind: 'number'; readonly name: string; readonly mean: number; readonly std: number }
  | { readonly kind: 'category'; readonly name: string; readonly category: string }
  | { readonly kind: 'feature'; readonly name: string }

type Table = Extract<Preprocessing, { kind: 'table' }>

/** The inputs that rows of a table become, in their order, and which of them belong together. */
export function tableCoordinates({ columns }: Table): { coordinates: Coordinate[]; groups: number[][] } {
  const coordinates: Coordinate[] = []
  const groups: number[][] = []
  for (const column of columns) {
    const from = coordinates.length
    if (column.type === 'numeric') {
      coordinates.push({ kind: 'number', name: column.name, mean: column.mean, std: column.std > 0 ? column.std : 1 })
      continue
    }
    for (const category of column.categories) coordinates.push({ kind: 'category', name: column.name, category })
    if (column.categories.length > 1) groups.push(column.categories.map((_, i) => from + i))
  }
  return { coordinates, groups }
}

/** Outputs of a layer, by number. */
export function featureCoordinates(layer: string, width: number): Coordinate[] {
  return Array.from({ length: width }, (_, i) => ({ kind: 'feature', name: `${layer}[${i}]` }))
}

/** `x <= threshold` in words, in the column's own unit. A category's coordinate is 0 or 1: at most one half is "is not". */
export function testWords(coordinate: Coordinate, threshold: number): string {
  switch (coordinate.kind) {
    case 'number':
      return `${coordinate.name} <= ${plainNumber(threshold * coordinate.std + coordinate.mean, coordinate.std)}`
    case 'category':
      return `${coordinate.name} is not ${coordinate.category}`
    case 'feature':
      return `${coordinate.name} <= ${plainNumber(threshold)}`
  }
}

/** Five digits of what tells a column's values apart, without an exponent where that is short. */
export function plainNumber(value: number, spread = 0): string {
  return String(roundToSpread(value, spread, 5))
}
