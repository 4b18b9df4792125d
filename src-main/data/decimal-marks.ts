import { type DecimalMark, markOf } from './cells.ts'
import type { TextTable } from './text-table.ts'

type Evidence = Record<DecimalMark | 'either', number>

/** The decimal mark of each column. Its own cells say it (0,5 or 1,234.5); where they could be both (1,234), `known` does (what a
 *  model was trained on), else the table's other columns, else the separator: a table separated by commas writes points. */
export function decimalMarks(
  table: Pick<TextTable, 'columns' | 'rows' | 'delimiter'>,
  known: (name: string) => DecimalMark | undefined = () => undefined,
): DecimalMark[] {
  const evidence = table.columns.map((_, index) => evidenceOf(table.rows, index))
  const hasComma = evidence.some((one) => one.comma > one.point)
  const hasPoint = evidence.some((one) => one.point > 0 && one.point >= one.comma)
  const common = hasComma === hasPoint ? null : hasComma ? 'comma' : 'point'
  return evidence.map(({ point, comma, either }, index): DecimalMark => {
    if (point + comma > 0) return comma > point ? 'comma' : 'point'
    const bySeparator = either > 0 && table.delimiter !== ',' ? 'comma' : 'point'
    return known(table.columns[index]!) ?? common ?? bySeparator
  })
}

function evidenceOf(rows: TextTable['rows'], index: number): Evidence {
  const evidence = { point: 0, comma: 0, either: 0 }
  for (const row of rows) {
    const mark = markOf(row[index] ?? '')
    if (mark !== null) evidence[mark]++
  }
  return evidence
}
