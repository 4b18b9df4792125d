import type { ImagePrediction } from '../contract/models.ts'
import type { ModelFiles } from '../contract/trainer.ts'

type Heads = ModelFiles['heads']

/** One batch's outputs per head, as rows to show: classes sorted by probability, or a value. */
export function predictionRows(
  heads: Heads,
  names: readonly string[],
  outputs: readonly Float32Array[],
): ImagePrediction[] {
  return names.map((name, i) => ({
    name,
    error: null,
    heads: heads.map((head, h) => {
      const width = outputs[h]!.length / names.length
      const values = outputs[h]!.subarray(i * width, (i + 1) * width)
      if (head.type === 'regression') return { head: head.name, classes: [], value: values[0]! }
      const classes = head.classes.map((label, c) => ({ name: label, probability: values[c]! }))
      return { head: head.name, classes: classes.sort((a, b) => b.probability - a.probability), value: null }
    }),
  }))
}

/** A source that could not be used: said in its row, the others go on. */
export function errorRow(name: string, error: string): ImagePrediction {
  return { name, error, heads: [] }
}

/** Column names of the CSV: path, per head the predicted class or value and a probability per class, and what went wrong.
 *  With several heads each column starts with its head's name. */
export function csvHeader(heads: Heads): string[] {
  const columns = heads.flatMap((head) => {
    const prefix = heads.length > 1 ? `${head.name}.` : ''
    return [`${prefix}predicted`, ...(head.type === 'classification' ? head.classes : []).map((name) => prefix + name)]
  })
  return ['path', ...columns, 'error']
}

/** The values of one row in the order of `csvHeader`. */
export function csvCells(heads: Heads, row: ImagePrediction): (string | number)[] {
  const cells = heads.flatMap((head, h): (string | number)[] => {
    const found = row.heads[h]
    const blanks = head.type === 'classification' ? head.classes.map(() => '') : []
    if (found === undefined) return ['', ...blanks]
    if (head.type === 'regression') return [found.value ?? '']
    const byName = new Map(found.classes.map(({ name, probability }) => [name, probability]))
    return [found.classes[0]?.name ?? '', ...head.classes.map((name) => rounded(byName.get(name) ?? 0))]
  })
  return [row.name, ...cells, row.error ?? '']
}

/** Six digits are what float32 holds. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
