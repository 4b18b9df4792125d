import { joinTags, separatorFor } from '../base/tag-cells.ts'
import type { ImagePrediction } from '../contract/models.ts'
import type { ModelFiles } from '../contract/trainer.ts'

type Heads = ModelFiles['heads']

/** One batch's outputs per head, as rows to show: classes sorted by probability, or a value. */
export function predictionRows(
  heads: Heads,
  names: readonly string[],
  outputs: readonly Float64Array[],
): ImagePrediction[] {
  return names.map((name, i) => ({
    name,
    error: null,
    warning: null,
    heads: heads.map((head, h) => {
      const width = outputs[h]!.length / names.length
      const values = outputs[h]!.subarray(i * width, (i + 1) * width)
      if (head.type === 'regression') return { head: head.name, classes: [], value: values[0]! }
      const classes = head.classes.map((label, c) => ({ name: label, probability: values[c]! }))
      const sorted = classes.sort((a, b) => b.probability - a.probability)
      const said = { head: head.name, classes: sorted, value: null }
      return head.type === 'tags' ? { ...said, thresholds: thresholdsOf(head) } : said
    }),
  }))
}

function thresholdsOf({ classes, thresholds }: Heads[number]): Record<string, number> {
  return Object.fromEntries(classes.map((name, tag) => [name, thresholds?.[tag] ?? 0.5]))
}

/** A source that could not be used: said in its row, the others go on. */
export function errorRow(name: string, error: string): ImagePrediction {
  return { name, error, warning: null, heads: [] }
}

/** Column names of the CSV: path, per head the predicted class, value or tags (separated by the first of ; | , that no tag contains) and a probability per class or tag, and what went wrong; of a model with
 *  categories among its columns also what is doubtful.
 *  With several heads each column starts with its head's name. A class that is called like another column has "(class)" behind it. */
export function csvHeader(heads: Heads, hasWarnings = false): string[] {
  const prefixes = heads.map((head) => (heads.length > 1 ? `${head.name}.` : ''))
  const taken = new Set([
    'path',
    'error',
    ...(hasWarnings ? ['warning'] : []),
    ...prefixes.map((prefix) => `${prefix}predicted`),
  ])
  const columns = heads.flatMap((head, h) => {
    const classes = head.type === 'regression' ? [] : head.classes
    return [`${prefixes[h]}predicted`, ...classes.map((name) => distinctColumn(prefixes[h]! + name, taken))]
  })
  return ['path', ...columns, 'error', ...(hasWarnings ? ['warning'] : [])]
}

function distinctColumn(name: string, taken: Set<string>): string {
  let column = name
  while (taken.has(column)) column += ' (class)'
  taken.add(column)
  return column
}

/** The values of one row in the order of `csvHeader`. */
export function csvCells(heads: Heads, row: ImagePrediction, hasWarnings = false): (string | number)[] {
  const cells = heads.flatMap((head, h): (string | number)[] => {
    const found = row.heads[h]
    const blanks = head.type === 'regression' ? [] : head.classes.map(() => '')
    if (found === undefined) return ['', ...blanks]
    if (head.type === 'regression') return [found.value ?? '']
    const byName = new Map(found.classes.map(({ name, probability }) => [name, probability]))
    return [predictedCell(head, found), ...head.classes.map((name) => rounded(byName.get(name) ?? 0))]
  })
  return [row.name, ...cells, row.error ?? '', ...(hasWarnings ? [row.warning ?? ''] : [])]
}

/** The most probable class, or the tags that reach their thresholds, in the head's order. */
function predictedCell(head: Heads[number], { classes, thresholds }: ImagePrediction['heads'][number]): string {
  if (thresholds === undefined) return classes[0]?.name ?? ''
  const said = new Set(
    classes.filter(({ name, probability }) => probability >= (thresholds[name] ?? 0.5)).map(({ name }) => name),
  )
  return joinTags(
    head.classes.filter((name) => said.has(name)),
    separatorFor(head.classes) ?? ';',
  )
}

/** Six digits are what float32 holds. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
