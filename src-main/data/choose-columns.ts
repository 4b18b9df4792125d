import type { FeatureColumn, ImportOptions, ImportProblem, LabelValue } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { parseNumber } from './cells.ts'
import { cellText, type ColumnFacts, labelTypeOf, MAX_CATEGORIES } from './columns.ts'
import { classNames } from './plan-folder.ts'
import type { LabelSource } from './label-source.ts'
import { tagsOfColumn, tagsOfColumns } from './tag-sources.ts'
import type { TextTable } from './text-table.ts'

/** Which labels are asked for. */
export type AskedLabels = Pick<ImportOptions, 'labelColumns' | 'tagColumns' | 'tagSeparator'>

export interface FeatureSource {
  readonly column: FeatureColumn
  readonly facts: ColumnFacts
}

/** The label columns that the options name, or the suggested ones, with their classes.
 *  @throws GraftError E_DATASET_LABEL */
export function chooseLabels(
  table: TextTable,
  columns: readonly ColumnFacts[],
  asked: AskedLabels,
  suggested: readonly string[],
): LabelSource[] {
  const { labelColumns, tagColumns, tagSeparator } = asked
  const wanted: NonNullable<ImportOptions['labelColumns']> =
    labelColumns ?? (tagColumns === undefined ? suggested.map((name) => ({ name })) : [])
  const sources = wanted.map((entry): LabelSource => {
    const facts = columns.find((column) => column.name === entry.name)
    if (facts === undefined) throw unknownLabel(entry.name, columns)
    const type = entry.type ?? labelTypeOf(facts)
    if (type === 'tags') return tagsOfColumn(table, facts, tagSeparator)
    if (type === 'regression' && facts.type !== 'numeric') throw notNumeric(facts)
    if (type === 'classification' && facts.distinct > MAX_CATEGORIES) throw tooManyClasses(facts)
    const classes = type === 'regression' ? [] : classNames(table.rows.map((row) => labelText(row, facts)))
    return { column: { name: facts.name, type, classes }, facts }
  })
  if (tagColumns === undefined) return sources
  const uses = [...new Set(tagColumns.columns)].map((name) => {
    const facts = columns.find((column) => column.name === name)
    if (facts === undefined) throw unknownLabel(name, columns)
    return facts
  })
  const name = tagColumns.name ?? TAGS
  const isTaken = columns.some((column) => column.name === name) || wanted.some((entry) => entry.name === name)
  if (isTaken) throw takenName(name)
  return [...sources, tagsOfColumns(table, name, uses)]
}

/** The name of a column of tags that has none of its own. */
const TAGS = 'tags'

function takenName(name: string): GraftError {
  return new GraftError('E_DATASET_LABEL', `Expected a name for the tags that no column has. Received: ${name}.`, {
    fix: 'Give another name.',
  })
}

/** A row's label as the store keeps it; null: missing, or no number where one is due. */
export function labelValue(row: readonly string[], { column, facts, tags }: LabelSource): LabelValue {
  if (tags !== undefined) return tags.read(row)
  if (column.type === 'classification') return labelText(row, facts)
  const text = row[facts.index] ?? ''
  const value = facts.isMissing(text) ? Number.NaN : parseNumber(text, facts.decimal)
  return Number.isNaN(value) ? null : value
}

/** A class is its text: 007, 7 and 07 are three, and no digit of a long number is lost. */
function labelText(row: readonly string[], facts: ColumnFacts): string | null {
  const text = cellText(row, facts.index)
  return facts.isMissing(text) ? null : text.slice(0, 200)
}

/** Every column that is no label, id, path or split, and that was not left out. */
export function chooseFeatures(
  table: TextTable,
  columns: readonly ColumnFacts[],
  labels: readonly LabelSource[],
  ignored: readonly string[],
  problems: ImportProblem[],
): FeatureSource[] {
  const taken = new Set([...labels.flatMap((label) => label.tags?.uses ?? label.column.name), ...ignored])
  return columns.flatMap((facts): FeatureSource[] => {
    if (taken.has(facts.name) || facts.isSplit || facts.type === 'id' || facts.type === 'path') return []
    const { name, decimal } = facts
    const missing = { cells: facts.missing, texts: [...facts.missingTexts] }
    if (facts.type === 'numeric')
      return [{ column: { name, type: 'numeric', categories: [], decimal, missing }, facts }]
    if (facts.distinct === 0 || facts.distinct > MAX_CATEGORIES) {
      problems.push(leftOut(facts))
      return []
    }
    const categories = classNames(table.rows.map((row) => labelText(row, facts)))
    return [{ column: { name, type: 'categorical', categories, missing }, facts }]
  })
}

function leftOut(facts: ColumnFacts): ImportProblem {
  const message =
    facts.distinct === 0
      ? 'The column has no value; it is left out.'
      : `The column holds more than ${MAX_CATEGORIES} different texts; it is left out of the features.`
  return { path: facts.name, code: 'bad-value', message, level: 'warning' }
}

function unknownLabel(name: string, columns: readonly ColumnFacts[]): GraftError {
  const available = columns.map((column) => column.name).slice(0, 40)
  return new GraftError(
    'E_DATASET_LABEL',
    `Expected a column of the file as label. Received: ${name}. Available: ${available.join(', ')}.`,
    { fix: 'Choose one of these columns.', details: { available } },
  )
}

function notNumeric(facts: ColumnFacts): GraftError {
  const examples = facts.examples.slice(0, 3).join(', ')
  return new GraftError('E_DATASET_LABEL', `Expected numbers in ${facts.name} for regression. Received: ${examples}.`, {
    fix: 'Take it as classification, or choose a column of numbers.',
  })
}

function tooManyClasses(facts: ColumnFacts): GraftError {
  return new GraftError(
    'E_DATASET_LABEL',
    `Expected at most ${MAX_CATEGORIES} classes in ${facts.name}. Received: ${facts.distinct} or more.`,
    { fix: facts.type === 'numeric' ? 'Take it as regression.' : 'Choose another label column.' },
  )
}
