import type { PlanProblem } from '../../../contract/models.ts'
import { inferNetwork } from '../../network/infer.ts'
import { block, warn } from '../../plan-problem.ts'
import { findClasses } from './tree-teacher.ts'
import type { PreflightContext } from '../strategy.ts'

export interface BornAgainTreeSettings {
  readonly teachers: readonly string[]
  readonly on: string
  readonly pAlt: number
  readonly maxLeaves: number
}

/** Each coordinate is sorted at every node, and every row of every node is kept in memory. */
const MANY_FEATURES = 2048
const TOO_MANY_FEATURES = 8192

/** What docs/strategies.md lists as traps of the born-again tree and what can be known before anything runs. */
export function bornAgainTreeProblems(context: PreflightContext, values: BornAgainTreeSettings): PlanProblem[] {
  return [
    ...headProblems(context),
    ...inputProblems(context, values),
    ...smearingProblems(values),
    ...columnProblems(context, values),
    ...heldOutProblems(context),
    ...values.teachers.flatMap((ref) => teacherProblems(context, values, ref)),
  ]
}

function headProblems({ heads }: PreflightContext): PlanProblem[] {
  if (heads.length === 1 && heads[0]!.type === 'classification') return []
  const received = heads.length === 1 ? 'one for numbers' : `${heads.length} heads`
  return [block('tree-head', `Expected one classification head for a tree of classes. Received: ${received}.`)]
}

function isOnColumns({ dataset }: PreflightContext, { on }: BornAgainTreeSettings): boolean {
  return on === 'columns' || (on === 'auto' && dataset?.kind === 'table')
}

function inputProblems(context: PreflightContext, values: BornAgainTreeSettings): PlanProblem[] {
  const { dataset, network } = context
  if (isOnColumns(context, values)) {
    if (dataset?.kind !== 'image') return []
    const fix = { title: 'Grow on features', patch: { 'strategy.on': 'features' } }
    const message = 'A test on one pixel says nothing that could be read, and smeared pixels make no images.'
    return [block('tree-pixels', `${message} Grow the tree on the features of the teacher.`, fix)]
  }
  const several = values.teachers.length > 1 ? [severalTeachers(values.teachers[0]!)] : []
  const shape = inferNetwork(network).shapes.get(network.features) ?? []
  const width = shape.reduce((product, size) => product * size, 1)
  if (values.teachers.length > 0 || width <= MANY_FEATURES) return several
  const message = `The features layer "${network.features}" has ${width} outputs; a tree tests one at a time.`
  const advice = 'Cut the base behind a pooling layer.'
  const problem = width > TOO_MANY_FEATURES ? block : warn
  return [...several, problem('tree-many-features', `${message} ${advice}`)]
}

function severalTeachers(first: string): PlanProblem {
  const fix = { title: `Use ${first} alone`, patch: { 'strategy.teachers': [first] } }
  return block('tree-several', 'A tree on features has one teacher: the features of another one are others.', fix)
}

function smearingProblems({ pAlt }: BornAgainTreeSettings): PlanProblem[] {
  if (pAlt > 0 && pAlt < 1) return []
  const message =
    pAlt === 0
      ? 'With a share of replaced columns of 0 nothing is manufactured: every row is a copy of a training row.'
      : 'With a share of replaced columns of 1 every column comes from another row: what goes together is torn apart, and the teacher is asked about rows that do not occur.'
  return [block('tree-smearing', message, { title: 'Use 0.25', patch: { 'strategy.pAlt': 0.25 } })]
}

function columnProblems(context: PreflightContext, values: BornAgainTreeSettings): PlanProblem[] {
  const { dataset } = context
  if (dataset?.kind !== 'table' || !isOnColumns(context, values)) return []
  const numeric = dataset.featureColumns.filter(({ type }) => type === 'numeric').map(({ name }) => name)
  const constant = [
    ...numeric.filter((name) => dataset.columnStatistics[name]?.std === 0),
    ...dataset.featureColumns.flatMap(({ type, name, categories }) =>
      type === 'categorical' && categories.length < 2 ? [name] : [],
    ),
  ]
  const missing = Object.entries(dataset.missingValues ?? {}).filter(([, count]) => count > 0)
  return [
    ...(constant.length === 0 ? [] : [constantColumns(constant)]),
    ...(missing.length === 0 ? [] : [missingValues(missing)]),
  ]
}

function constantColumns(names: readonly string[]): PlanProblem {
  const list = names.slice(0, 5).join(', ')
  return warn(
    'tree-constant',
    `The same in every training row: ${list}. No tree can test that; leave them out at the import.`,
  )
}

function missingValues(columns: readonly (readonly [string, number])[]): PlanProblem {
  const list = columns.slice(0, 5).map(([name, count]) => `${name} (${count})`)
  return warn(
    'tree-missing',
    `Missing values: ${list.join(', ')}. They count as the column’s mean, or as no category; a rule on such a column speaks of them as if they were known.`,
  )
}

function heldOutProblems({ dataset }: PreflightContext): PlanProblem[] {
  if (dataset === null || dataset.splitCounts.test + dataset.splitCounts.validation > 0) return []
  const message = 'Fidelity is measured on rows that neither teacher nor tree has seen. There are none.'
  return [block('tree-held-out', `${message} Split the dataset with a test or validation share.`)]
}

function teacherProblems(context: PreflightContext, values: BornAgainTreeSettings, ref: string): PlanProblem[] {
  const model = context.modelOf(ref)
  const classes = context.heads[0]?.classes ?? []
  if (model === null || classes.length === 0) return []
  const found = findClasses(model.files.heads, classes)
  const problems: PlanProblem[] = []
  if (found === null) {
    const message = `The teacher "${model.title}" does not know all of the classes ${classes.slice(0, 5).join(', ')}.`
    problems.push(block('tree-teacher-classes', `${message} Choose a model that was trained for this column.`))
  }
  return [...problems, ...teacherColumns(context, values, model)]
}

function teacherColumns(
  context: PreflightContext,
  values: BornAgainTreeSettings,
  { title, files }: NonNullable<ReturnType<PreflightContext['modelOf']>>,
): PlanProblem[] {
  const { dataset } = context
  if (dataset === null || !isOnColumns(context, values) || dataset.kind !== 'table') return []
  if (files.preprocessing.kind !== 'table')
    return [block('tree-teacher-columns', `The teacher "${title}" takes images, but "${dataset.name}" is a table.`)]
  const known = new Map(dataset.featureColumns.map((column) => [column.name, column]))
  const lacking = files.preprocessing.columns.filter((column) => known.get(column.name)?.type !== column.type)
  if (lacking.length === 0) return []
  const names = lacking.slice(0, 5).map(({ name }) => name)
  return [
    block(
      'tree-teacher-columns',
      `The teacher "${title}" needs columns that "${dataset.name}" lacks: ${names.join(', ')}.`,
    ),
  ]
}
