import { plural } from '../base/plural.ts'
import { firstProblems } from './first-problems.ts'
import type { Findings } from './findings.ts'
import { readIdx } from './idx.ts'
import { classNames, LABEL } from './plan-folder.ts'
import type { IdxPlan } from './plan-idx.ts'

/** Sizes from the headers, classes from the labels; the pixels are not read. */
export async function inspectIdx(plan: IdxPlan): Promise<Findings> {
  let count = 0
  let size = ''
  const counts = new Map<string, number>()
  for (const pair of plan.pairs) {
    const shape = await readShape(pair.images)
    count += shape[0] ?? 0
    size = shape.slice(1).join(' x ')
    if (pair.labels !== null) await countLabels(pair.labels, counts)
  }
  const classes = classNames(counts.keys()).map((name) => ({ name, count: counts.get(name) ?? 0 }))
  const given = plan.pairs.some((pair) => pair.split !== null) ? '; train and test are given' : ''
  const what = classes.length === 0 ? 'without labels' : `in ${plural(classes.length, 'class', 'classes')}`
  return {
    layout: 'idx',
    summary: `${plural(count, 'image')} of ${size} ${what} (IDX)${given}`,
    count,
    classes,
    columns: [],
    suggestedLabels: classes.length === 0 ? [] : [LABEL],
    header: null,
    warnings: [
      ...plan.pairs.filter((pair) => pair.labels === null).map((pair) => `No labels were found for ${pair.images}.`),
      ...firstProblems(plan.problems),
    ],
  }
}

async function countLabels(path: string, counts: Map<string, number>): Promise<void> {
  await readIdx(
    path,
    undefined,
    () => undefined,
    (piece) => {
      for (const label of piece) counts.set(String(label), (counts.get(String(label)) ?? 0) + 1)
    },
  )
}

/** The header is all that was wanted. */
class Enough extends Error {}

async function readShape(path: string): Promise<readonly number[]> {
  let shape: readonly number[] = []
  try {
    await readIdx(
      path,
      undefined,
      (header) => {
        shape = header.shape
        throw new Enough()
      },
      () => undefined,
    )
  } catch (error) {
    if (!(error instanceof Enough)) throw error
  }
  return shape
}
