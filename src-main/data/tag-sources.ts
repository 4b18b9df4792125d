import { joinTags, splitTags, TAG_SEPARATORS, type TagSeparator } from '../base/tag-cells.ts'
import { MAX_TAGS } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { cellText, type ColumnFacts } from './columns.ts'
import type { LabelSource } from './label-source.ts'
import { classNames } from './plan-folder.ts'
import { tagList } from './tag-list.ts'
import type { TextTable } from './text-table.ts'

/** What yes and no look like in a column that stands for a tag. */
const YES = /^(1|1[.,]0+|true|yes|y|t|x)$/i
const NO = /^(0|0[.,]0+|false|no|n|f)$/i

/** Tags of one column whose cells hold several, as a JSON list or separated. `asked`: by what; absent: the first of ; | , that occurs.
 *  @throws GraftError E_DATASET_LABEL */
export function tagsOfColumn(table: TextTable, facts: ColumnFacts, asked: TagSeparator | undefined): LabelSource {
  const cells = table.rows.map((row) => cellText(row, facts.index)).filter((text) => !facts.isMissing(text))
  const plain = cells.filter((text) => tagList(text) === null)
  const separator = asked ?? TAG_SEPARATORS.find((one) => plain.some((text) => text.includes(one))) ?? ';'
  const read = (row: readonly string[]): string[] | null => {
    const text = cellText(row, facts.index)
    return facts.isMissing(text) ? null : (tagList(text) ?? splitTags(text, separator))
  }
  const example = plain.find((text) => text.includes(separator) && text.trim() !== separator)
  const words = `Tags are separated by ${JSON.stringify(separator)}: ${JSON.stringify(example)} is read as ${joinTags(example === undefined ? [] : (splitTags(example, separator) ?? []), ' and ')}.`
  const classes = namesOf(table, read, facts.name)
  return {
    column: { name: facts.name, type: 'tags', classes },
    facts,
    tags: {
      read,
      uses: [facts.name],
      missing: `There are no tags in ${facts.name}`,
      note: example === undefined ? null : words,
    },
  }
}

/** Tags of several columns of yes and no, a tag each. A row with a cell that is neither has no label.
 *  @throws GraftError E_DATASET_LABEL */
export function tagsOfColumns(table: TextTable, name: string, columns: readonly ColumnFacts[]): LabelSource {
  const odd = columns.find((facts) => table.rows.every((row) => !isYesOrNo(cellText(row, facts.index))))
  if (odd !== undefined) {
    const received = odd.examples.slice(0, 3).join(', ') || 'no value at all'
    throw new GraftError(
      'E_DATASET_LABEL',
      `Expected 0 and 1 (or yes and no) in ${odd.name}, a column of a tag. Received: ${received}.`,
      {
        fix: 'Leave the column out of those of tags.',
      },
    )
  }
  const read = (row: readonly string[]): string[] | null => {
    const cells = columns.map((facts) => cellText(row, facts.index))
    return cells.every(isYesOrNo) ? columns.filter((_, i) => YES.test(cells[i]!)).map((facts) => facts.name) : null
  }
  const uses = columns.map((facts) => facts.name)
  const missing = `A column of ${name} says neither yes nor no (1 or 0)`
  return {
    column: { name, type: 'tags', classes: uses },
    facts: columns[0]!,
    tags: { read, uses, missing, note: null },
  }
}

function isYesOrNo(text: string): boolean {
  return YES.test(text) || NO.test(text)
}

function namesOf(table: TextTable, read: (row: readonly string[]) => string[] | null, column: string): string[] {
  const names = new Set<string>()
  for (const row of table.rows) for (const name of read(row) ?? []) names.add(name.slice(0, 200))
  if (names.size <= MAX_TAGS) return classNames(names)
  throw new GraftError('E_DATASET_LABEL', `Expected at most ${MAX_TAGS} tags in ${column}. Received: ${names.size}.`, {
    fix: 'Choose another column, or say what separates its tags.',
  })
}
