import type { Exhibit } from '../../../src-main/contract/exhibits.ts'
import { meanInterval, type RunDocument } from './graft.ts'
import type { Figures } from './record.ts'

/** The rows of one table that a run shows, by their first cell. */
export function tableRows(document: RunDocument, id: string): Record<string, readonly (string | number | null)[]> {
  const exhibits = document['exhibits'] as readonly Exhibit[]
  const found = exhibits.find((exhibit) => exhibit.id === id)
  if (found?.kind !== 'table') throw new Error(`Expected the run to show the table ${id}`)
  return Object.fromEntries(found.rows.map((row) => [String(row[0]), row]))
}

/** Accuracy on the target's test split (0..1) of one network in a run's table; `name`: how it begins. */
export function targetAccuracy(document: RunDocument, name: string): number {
  const rows = tableRows(document, 'domain-results')
  const found = Object.entries(rows).find(([own]) => own.startsWith(name))
  return found![1][2] as number
}

/** Proxy A-distance before and after. */
export function distances(document: RunDocument): { before: number; after: number } {
  const [before, after] = Object.values(tableRows(document, 'domain-distance')).map((row) => row[1] as number)
  return { before: before!, after: after! }
}

export const rounded = (value: number) => Math.round(value * 10_000) / 10_000

/** The figures of one name over all seeds; parts without it are left out. */
export function over(parts: Readonly<Record<string, Figures>>, name: string): number[] {
  return Object.values(parts).flatMap((figures) => (name in figures ? [figures[name] as number] : []))
}

/** `62.3 ± 1.4 %`, or with `digits` as a plain number. */
export function told(values: readonly number[], asPercent = true): string {
  const { mean, half } = meanInterval(values)
  const [scale, digits, unit] = asPercent ? [100, 1, ' %'] : [1, 3, '']
  const spread = Number.isNaN(half) ? '' : ` ± ${(scale * half).toFixed(digits)}`
  return `${(scale * mean).toFixed(digits)}${spread}${unit}`
}

export const mean = (values: readonly number[]) => meanInterval(values).mean
