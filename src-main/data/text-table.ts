import type { ImportProblem } from '../contract/datasets.ts'

/** Rows of text under named columns, from CSV, TSV or JSON: what columns.ts makes sense of. */
export interface TextTable {
  /** Distinct, never empty. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Where each row stands in its file, for messages: `line 12`, `entry 3`. */
  readonly places: readonly string[]
  readonly problems: ImportProblem[]
  /** What parts the cells of a line; null: the file has none (JSON). */
  readonly delimiter: string | null
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean
  /** False when a limit stopped the reading. */
  readonly isComplete: boolean
}

/** More than this no network of this workbench takes as its input, and no list on a screen shows. */
export const MAX_COLUMNS = 4096

const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** Distinct names for columns: spaces trimmed, empty ones numbered, repeated ones counted. */
export function columnNames(raw: readonly string[]): string[] {
  const taken = new Set<string>()
  return raw.map((text, i) => {
    const trimmed = text.trim().slice(0, 200)
    const base = trimmed === '' ? `column ${i + 1}` : RESERVED.has(trimmed) ? `${trimmed} (column)` : trimmed
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base} ${n}`
    taken.add(name)
    return name
  })
}
