import { basename } from 'node:path'
import { plural } from '../base/plural.ts'
import type { Reading, SourceInspection } from '../contract/datasets.ts'
import { chooseLabels, labelValue } from './choose-columns.ts'
import type { LabelSource } from './label-source.ts'
import { columnNotes, labelNotes } from './column-notes.ts'
import { type ColumnFacts, describeColumns, labelTypeOf, suggestTableLabels } from './columns.ts'
import { firstProblems } from './first-problems.ts'
import type { TableSource } from './plan-source.ts'
import { readCsv } from './read-csv.ts'
import type { TextTable } from './text-table.ts'

const MAX_ROWS = 20_000

/** Columns with their guessed types, and what the label column would be. */
export async function inspectTable(plan: TableSource, reading: Reading | undefined, signal: AbortSignal | undefined) {
  const { path } = plan
  const table = await readCsv(path, { signal, maxRows: MAX_ROWS, header: reading?.header })
  const columns = describeColumns(table, reading?.missing)
  const suggestedLabels = suggestTableLabels(columns)
  const labels = chooseLabels(table, columns, {}, suggestedLabels)
  const [label] = labels
  const classes = label !== undefined && label.column.type !== 'regression' ? countValues(table, label) : []
  const rows = table.isComplete
    ? plural(table.rows.length, 'row')
    : `${table.rows.length.toLocaleString('en')} or more rows`
  const what =
    label === undefined
      ? 'no column looks like a label'
      : classes.length > 0
        ? `${label.column.name} looks like the label (${label.column.type === 'tags' ? plural(classes.length, 'tag') : plural(classes.length, 'class', 'classes')})`
        : `${label.column.name} looks like the value to predict`
  return {
    layout: 'table' as const,
    summary: `${rows}, ${plural(columns.length, 'column')}; ${what}`,
    count: table.rows.length,
    classes,
    columns: columns.map(toInspected),
    suggestedLabels,
    header: table.hasHeader,
    warnings: [
      ...firstProblems(plan.problems),
      ...[
        ...table.problems.slice(0, 5),
        ...labelNotes(labels, undefined),
        ...columns.flatMap((column) => columnNotes(column, table)).slice(0, 5),
      ].map((problem) => `${problem.path || basename(path)}: ${problem.message}`),
    ],
  }
}

export function toInspected(column: ColumnFacts): SourceInspection['columns'][number] {
  const { name, type, distinct, missing, missingTexts, examples } = column
  return { name, type, distinct, missing, missingTexts: [...missingTexts], examples, labelType: labelTypeOf(column) }
}

function countValues(table: TextTable, label: LabelSource): SourceInspection['classes'] {
  const counts = new Map(label.column.classes.map((name) => [name, 0]))
  for (const row of table.rows) {
    const value = labelValue(row, label)
    for (const one of value === null ? [] : [value].flat()) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count }))
}
