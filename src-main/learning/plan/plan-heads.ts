import type { LabelColumn } from '../../contract/datasets.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { Manifest } from '../../contract/trainer.ts'
import type { DatasetFacts } from '../context.ts'
import { suggest } from '../network/suggest.ts'
import { block } from '../plan-problem.ts'

export interface ResolvedHead {
  readonly head: Manifest['heads'][number]
  readonly weight: number
  /** The output layer's name: `head_<name>` in letters that layer names may have. */
  readonly layer: string
}

type HeadSpec = ExperimentSpec['heads'][number]

/** The spec's heads joined with the dataset's columns; none given means one for the first label column. */
export function resolveHeads(
  spec: ExperimentSpec,
  dataset: DatasetFacts | null,
): { heads: ResolvedHead[]; problems: PlanProblem[] } {
  const problems: PlanProblem[] = []
  const heads: ResolvedHead[] = []
  const columns = dataset?.labelColumns ?? []
  const wanted = spec.heads.length > 0 ? spec.heads : columns.slice(0, 1).map(headOf)
  if (dataset && wanted.length === 0) {
    problems.push(
      block('head-column', `The dataset "${dataset.name}" has no label column to learn. Label some items first.`),
    )
  }
  const layers = new Set<string>()
  const names = new Set<string>()
  wanted.forEach((head, index) => {
    const column = columns.find((candidate) => candidate.name === head.column)
    const problem = dataset && headProblem(head, index, column, dataset)
    if (problem) problems.push(problem)
    if (names.has(head.name))
      problems.push(block('head-name', `Two heads are named "${head.name}". Give each its own name.`))
    names.add(head.name)
    const classes = head.type === 'regression' ? [] : [...(column?.classes ?? [])]
    const { name, type } = head
    heads.push({
      head: { name, column: head.column, type, classes },
      weight: head.weight,
      layer: freeName(name, layers),
    })
  })
  return { heads, problems }
}

function headOf(column: LabelColumn): HeadSpec {
  return { name: column.name, column: column.name, type: column.type, weight: 1 }
}

function headProblem(
  head: HeadSpec,
  index: number,
  column: LabelColumn | undefined,
  dataset: DatasetFacts,
): PlanProblem | null {
  const names = dataset.labelColumns.map((candidate) => candidate.name)
  if (!column) {
    const [nearest = names[0]] = suggest(head.column, names)
    const message = `Head "${head.name}" learns the column "${head.column}", which "${dataset.name}" does not have. It has: ${names.join(', ') || 'none'}.`
    const fix =
      nearest === undefined ? null : { title: `Learn ${nearest}`, patch: { [`heads.${index}.column`]: nearest } }
    return block('head-column', message, fix)
  }
  if (column.type !== head.type) {
    const message = `Head "${head.name}" is for ${head.type}, but the column "${column.name}" is for ${column.type}.`
    return block('head-type', message, { title: `Use ${column.type}`, patch: { [`heads.${index}.type`]: column.type } })
  }
  if (column.type === 'classification' && column.classes.length < 2) {
    const message = `The column "${column.name}" has ${column.classes.length} class; a classifier needs two or more.`
    return block('head-classes', message)
  }
  if (column.type === 'tags' && column.classes.length === 0) {
    return block('head-classes', `The column "${column.name}" has no tag yet. Add one, and label some items.`)
  }
  return null
}

function freeName(name: string, taken: Set<string>): string {
  const plain = `head_${name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, 40)}`
  let free = plain
  for (let number = 2; taken.has(free); number++) free = `${plain}_${number}`
  taken.add(free)
  return free
}
