import type { PlanProblem } from '../../../../contract/models.ts'
import type { DatasetFacts } from '../../../context.ts'
import { suggest } from '../../../network/suggest.ts'
import { block, warn } from '../../../plan-problem.ts'
import type { PreflightContext } from '../../strategy.ts'

export interface HardSharingValues {
  readonly weighting: string
  readonly auxiliary: readonly string[]
  readonly auxiliaryWeight: number
  readonly compareAlone: boolean
}

/** What is wrong or doubtful about a plan with hard sharing. */
export function hardSharingProblems(context: PreflightContext, values: HardSharingValues): PlanProblem[] {
  return [
    ...taskProblems(context),
    ...auxiliaryProblems(context, values),
    ...scaleProblems(context, values),
    ...baselineProblems(values),
  ]
}

/** What is wrong or doubtful about the tasks themselves, however they share. */
export function taskProblems(context: PreflightContext): PlanProblem[] {
  if (context.heads.length < 2) return [tooFew(context)]
  return [...labelProblems(context), ...pairProblems(context)]
}

type Head = PreflightContext['heads'][number]

function tooFew({ heads, dataset, spec }: PreflightContext): PlanProblem {
  const columns = dataset?.labelColumns ?? []
  const message = `Sharing needs two tasks or more; the plan has ${heads.length}.`
  const known = heads.map((head) => ({ name: head.name, column: head.column, type: head.type, weight: 1 }))
  const given = spec.heads.length > 0 ? spec.heads : known
  const more = columns.filter(({ name }) => !given.some(({ column }) => column === name))
  if (more.length === 0) {
    const hint = dataset === null ? '' : ` "${dataset.name}" has no further label column: add one in Data.`
    return block('tasks-few', `${message}${hint}`)
  }
  const added = more.map(({ name, type }) => ({ name, column: name, type, weight: 1 }))
  return block('tasks-few', message, { title: 'Learn every label column', patch: { heads: [...given, ...added] } })
}

/** Labels per head: none at all, one value only, or missing in part. */
function labelProblems({ heads, dataset, spec }: PreflightContext): PlanProblem[] {
  if (dataset === null) return []
  return heads.flatMap((head): PlanProblem[] => {
    const summary = dataset.labelSummaries?.[head.column]
    if (summary === undefined) return []
    if (summary.labelled === 0) {
      const message = `No training item of "${dataset.name}" has a label of "${head.column}": its head would learn nothing.`
      return [block('task-unlabelled', message, withoutHead(spec, heads, head))]
    }
    if (isConstant(dataset, head)) {
      const message = `"${head.column}" has the same value on every training item: there is nothing to learn from it.`
      return [warn('task-constant', message, withoutHead(spec, heads, head))]
    }
    const share = summary.labelled / Math.max(1, dataset.splitCounts.train)
    if (share >= MOSTLY_LABELLED) return []
    const percent = Math.max(1, Math.round(100 * share))
    const message = `"${head.column}" is labelled on ${percent} % of the training items. The others count for the other tasks only: missing labels are left out of its loss.`
    return [warn('task-missing-labels', message)]
  })
}

/** Below this share of labelled items it is told. */
const MOSTLY_LABELLED = 0.5

function isConstant(dataset: DatasetFacts, { column, type }: Head): boolean {
  if (type === 'regression') return dataset.labelSummaries?.[column]?.std === 0
  const counts = dataset.classCounts?.[column]
  return counts !== undefined && counts.filter((count) => count > 0).length === 1
}

function withoutHead(spec: PreflightContext['spec'], heads: PreflightContext['heads'], { name }: Head) {
  const left = spec.heads.filter((head) => head.name !== name)
  return heads.length > 1 && left.length > 0 ? { title: `Remove ${name}`, patch: { heads: left } } : null
}

/** From here on two columns are called the same, or one a function of the other. */
const SAME = 0.99

function pairProblems({ heads, dataset, spec }: PreflightContext): PlanProblem[] {
  const relations = dataset?.labelRelations?.() ?? []
  return heads.flatMap((one, i) =>
    heads.slice(i + 1).flatMap((other): PlanProblem[] => {
      if (one.column === other.column) {
        const message = `"${one.name}" and "${other.name}" learn the same column, "${one.column}": the second adds nothing.`
        return [warn('tasks-identical', message, withoutHead(spec, heads, other))]
      }
      const found = relations.find(({ a, b }) => [a, b].includes(one.column) && [a, b].includes(other.column))
      if (found === undefined) return []
      const [a, b] = found.a === one.column ? [one, other] : [other, one]
      return relationProblem(found, [a, b], withoutHead(spec, heads, b))
    }),
  )
}

function relationProblem(
  { both, aFromB, bFromA }: ReturnType<NonNullable<DatasetFacts['labelRelations']>>[number],
  [a, b]: readonly [Head, Head],
  fix: ReturnType<typeof withoutHead>,
): PlanProblem[] {
  if (both === 0) {
    const message = `No training item has labels of both "${a.column}" and "${b.column}": the tasks share the network, but not a single sample.`
    return [warn('tasks-apart', message)]
  }
  if (aFromB >= SAME && bFromA >= SAME) {
    const message = `"${a.column}" and "${b.column}" say the same on ${both} training items: the second task adds nothing.`
    return [warn('tasks-identical', message, fix)]
  }
  if (aFromB < SAME && bFromA < SAME) return []
  const [part, whole] = aFromB >= SAME ? [a, b] : [b, a]
  const message = `"${part.column}" follows from "${whole.column}": it brings no new labels, so a gain from learning both is one of regularisation.`
  return [warn('task-implied', message)]
}

function auxiliaryProblems({ heads }: PreflightContext, { auxiliary }: HardSharingValues): PlanProblem[] {
  const names = heads.map(({ name }) => name)
  const unknown = auxiliary.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    const [nearest] = suggest(unknown[0]!, names)
    const known = auxiliary.filter((name) => names.includes(name))
    const message = `\`strategy.auxiliary\`: there is no head "${unknown[0]!}". There are: ${names.join(', ')}.`
    const fix = { title: 'Leave it out', patch: { 'strategy.auxiliary': known } }
    const better = { title: `Use ${nearest}`, patch: { 'strategy.auxiliary': [...known, nearest] } }
    return [block('auxiliary-unknown', message, nearest === undefined || known.includes(nearest) ? fix : better)]
  }
  if (names.length < 2 || names.some((name) => !auxiliary.includes(name))) return []
  const fix = { title: `Make ${names[0]!} the main task`, patch: { 'strategy.auxiliary': names.slice(1) } }
  return [block('auxiliary-all', 'Every head is auxiliary: there is none that the network would be saved with.', fix)]
}

/** Losses before training: the entropy of the labels (ln C where it is not known) for classes, ln 2 for tags, 1 for standardised numbers. */
function startingLoss(dataset: DatasetFacts | null, { column, type, classes }: Head): number {
  if (type === 'regression') return 1
  if (type === 'tags') return Math.LN2
  const counts = dataset?.classCounts?.[column] ?? []
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return Math.log(Math.max(2, classes.length))
  return counts.reduce((sum, count) => sum - (count > 0 ? (count / total) * Math.log(count / total) : 0), 0)
}

/** Ratio of losses beyond which the larger one decides alone. */
const SCALE_RATIO = 10

function scaleProblems({ heads, dataset, spec }: PreflightContext, values: HardSharingValues): PlanProblem[] {
  if (values.weighting === 'uncertainty' || heads.length < 2) return []
  const scaled = heads.map((head) => {
    const importance = values.auxiliary.includes(head.name) ? null : 1
    const own = values.weighting === 'fixed' ? (spec.heads.find(({ name }) => name === head.name)?.weight ?? 1) : 1
    return { name: head.name, loss: importance === null ? null : own * startingLoss(dataset, head) }
  })
  // An auxiliary task is meant to be small, a constant one is told of already.
  const known = scaled.filter((each): each is { name: string; loss: number } => each.loss !== null && each.loss > 0)
  if (known.length < 2) return []
  const sorted = known.toSorted((a, b) => b.loss - a.loss)
  const [largest, smallest] = [sorted[0]!, sorted.at(-1)!]
  const ratio = largest.loss / smallest.loss
  if (ratio <= SCALE_RATIO) return []
  const message = `The loss of "${largest.name}" starts ${Math.round(ratio)} times as large as that of "${smallest.name}": it would decide alone what the network learns.`
  return [warn('task-scale', message, { title: 'Learn the weights', patch: { 'strategy.weighting': 'uncertainty' } })]
}

export function baselineProblems({ compareAlone }: Pick<HardSharingValues, 'compareAlone'>): PlanProblem[] {
  if (compareAlone) return []
  const message = 'Without a network for each task alone nothing will say whether sharing helped or hurt.'
  return [warn('no-single-task', message, { title: 'Compare', patch: { 'strategy.compareAlone': true } })]
}
