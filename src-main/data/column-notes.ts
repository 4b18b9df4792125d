import type { ImportOptions, ImportProblem } from '../contract/datasets.ts'
import { parseNumber } from './cells.ts'
import type { LabelSource } from './label-source.ts'
import { type ColumnFacts, MAX_CATEGORIES } from './columns.ts'
import { dwarfingCells } from './dwarfing-cells.ts'
import type { TextTable } from './text-table.ts'

/** What was made of a column's cells that could also be read in another way. */
export function columnNotes(column: ColumnFacts, table: Pick<TextTable, 'rows' | 'places'>): ImportProblem[] {
  const dwarfing = column.type === 'numeric' ? dwarfingCells(column, table) : null
  const notes = [...notesOf(column, table)].map((message): ImportProblem => {
    return { path: column.name, code: 'bad-value', message, level: 'warning' }
  })
  return dwarfing === null ? notes : [dwarfing, ...notes]
}

function* notesOf(column: ColumnFacts, { rows }: Pick<TextTable, 'rows'>): Generator<string> {
  for (const word of column.wordsKept) {
    yield `“${word}” is a class of its own here, like the other words; say what counts as missing if it is none.`
  }
  const form = column.type === 'categorical' ? otherForm(column, rows) : null
  if (form !== null)
    yield `${JSON.stringify(form)} is written in two Unicode forms that look alike; they are taken as one.`
  if (column.type !== 'numeric') return
  const texts = rows.map((row) => (row[column.index] ?? '').trim())
  const marked = texts.find((text) => text.includes(',') && !Number.isNaN(parseNumber(text, column.decimal)))
  if (column.isMarked && marked !== undefined) {
    const what = column.decimal === 'comma' ? 'a decimal comma' : 'commas between thousands'
    yield `Numbers are written with ${what}: ${marked} is read as ${parseNumber(marked, column.decimal)}.`
  }
  if (column.unit !== '')
    yield `Numbers carry ${column.unit}, which is left out: ${column.examples[0] ?? ''} is read as ${parseNumber(column.examples[0] ?? '', column.decimal)}.`
  const long = texts.find((text) => /^[+-]?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text)))
  if (long !== undefined)
    yield `Whole numbers beyond 2^53 are rounded: ${long} is read as ${Number(long)}. Leave the column out if it is a code.`
}

/** A text that stands in the column both composed (é) and decomposed (e and an accent). */
function otherForm({ index }: ColumnFacts, rows: TextTable['rows']): string | null {
  const texts = new Set(rows.map((row) => (row[index] ?? '').trim()))
  const seen = new Set<string>()
  for (const text of texts) {
    if (seen.has(text.normalize())) return text.normalize()
    seen.add(text.normalize())
  }
  return null
}

/** Whole numbers that were taken as quantities, though they could be classes; and what was taken for the separator of tags. */
export function labelNotes(labels: readonly LabelSource[], asked: ImportOptions['labelColumns']): ImportProblem[] {
  const isAsked = (name: string): boolean => asked?.some((one) => one.name === name && one.type !== undefined) === true
  const tagNotes = labels.flatMap(({ column: { name }, tags }): ImportProblem[] =>
    tags?.note == null ? [] : [{ path: name, code: 'bad-value', message: tags.note, level: 'warning' }],
  )
  const quantities = labels
    .filter(({ column, facts }) => column.type === 'regression' && facts.isInteger && !isAsked(column.name))
    .filter(({ facts }) => facts.distinct <= MAX_CATEGORIES)
    .map(({ column: { name }, facts }): ImportProblem => {
      const message = `${facts.distinct} different whole numbers are taken as quantities (regression). If they are classes, import them as such (--classes ${name}; in the window, “Label: classes”).`
      return { path: name, code: 'bad-value', message, level: 'warning' }
    })
  return [...tagNotes, ...quantities]
}
