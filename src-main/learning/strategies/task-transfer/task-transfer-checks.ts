import type { PlanProblem } from '../../../contract/models.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { suggest } from '../../network/suggest.ts'
import { block, warn } from '../../plan-problem.ts'
import { FEW_ITEMS } from './few-items.ts'
import type { PreflightContext } from '../strategy.ts'
import type { TaskTransferValues } from './task-transfer-params.ts'

/** Affinities of fewer tasks say nothing that one comparison would not. */
const FEWEST_TASKS = 3
/** Choices under a budget look at every subset of the sources. */
const MOST_TASKS = 12

/** What docs/strategies.md lists as traps of task transfer and what can be known before anything runs. A missing scratch row and unequal
 *  budgets cannot come about. */
export function taskTransferProblems(context: PreflightContext, values: TaskTransferValues): PlanProblem[] {
  return [
    ...countProblems(context, values),
    ...nameProblems(context, values),
    ...encoderProblems(context, values),
    ...itemProblems(context),
    ...labelProblems(context, values),
  ]
}

function countProblems({ heads, dataset }: PreflightContext, { sources, targets }: TaskTransferValues): PlanProblem[] {
  const isOneTransfer = sources.length > 0 && targets.length > 0
  if (heads.length > MOST_TASKS && sources.length === 0) {
    return [
      block(
        'task-count',
        `Expected at most ${MOST_TASKS} source tasks. Received: ${heads.length} heads. Choose some as sources.`,
      ),
    ]
  }
  const columns = dataset?.labelColumns ?? []
  const twice = heads.filter((head, i) => heads.findIndex(({ column }) => column === head.column) !== i)
  const same = twice.map(({ name, column }) =>
    warn(
      'tasks-identical',
      `The head "${name}" learns the column "${column}", which another head learns too: the two are one task.`,
    ),
  )
  if (heads.length >= FEWEST_TASKS || (isOneTransfer && heads.length >= 2)) return same
  const usable = columns.filter(({ type, classes }) => type === 'regression' || classes.length >= 2)
  const all = usable.map(({ name, type }) => ({ name, column: name, type, weight: 1 }))
  const fix = usable.length >= FEWEST_TASKS ? { title: 'A head for each column', patch: { heads: all } } : null
  const message = `Expected at least ${FEWEST_TASKS} tasks on the same items, one head each. Received: ${heads.length}.`
  const more = fix === null ? ` "${dataset?.name ?? 'The dataset'}" has ${usable.length} usable label columns.` : ''
  return [...same, block('task-count', `${message}${more}`, fix)]
}

function nameProblems({ heads }: PreflightContext, values: TaskTransferValues): PlanProblem[] {
  const known = heads.map(({ name }) => name)
  const lists = (['sources', 'targets'] as const).flatMap((field) => {
    const unknown = values[field].filter((name) => !known.includes(name))
    const kept = values[field].filter((name) => known.includes(name))
    return unknown.map((name) =>
      block('task-name', `\`strategy.${field}\`: there is no head "${name}". There are: ${known.join(', ')}.`, {
        title: 'Remove',
        patch: { [`strategy.${field}`]: kept },
      }),
    )
  })
  if (values.mainTask === '' || known.includes(values.mainTask)) return lists
  const [nearest = known[0] ?? ''] = suggest(values.mainTask, known)
  const message = `\`strategy.mainTask\`: there is no head "${values.mainTask}". There are: ${known.join(', ')}.`
  return [
    ...lists,
    block('task-name', message, { title: `Use ${nearest || 'the first'}`, patch: { 'strategy.mainTask': nearest } }),
  ]
}

function encoderProblems({ network, states }: PreflightContext, { encoderEnd }: TaskTransferValues): PlanProblem[] {
  const end = encoderEnd === '' ? network.features : encoderEnd
  if (!network.layers.some(({ name }) => name === end) || network.outputs.includes(end)) {
    const message = `\`strategy.encoderEnd\`: expected a layer before the heads. Received: ${end}.`
    return [block('encoder-end', message, { title: `Use ${network.features}`, patch: { 'strategy.encoderEnd': '' } })]
  }
  const learns = networkUpTo(network, end).layers.some(
    ({ name, type }) => states[name] !== 'frozen' && type !== 'InputLayer',
  )
  if (learns) return []
  const message =
    'Everything up to the features is frozen: the encoders of all tasks would be the same, and all transfers would tie.'
  return [block('encoders-equal', message, { title: 'Unfreeze', patch: { freeze: null, train: null } })]
}

function itemProblems({ dataset }: PreflightContext): PlanProblem[] {
  if (dataset === null) return []
  const { validation, test } = dataset.splitCounts
  if (validation === 0) {
    return [
      block(
        'task-items',
        `"${dataset.name}" has no validation items, on which sources are compared. Split it again with some.`,
      ),
    ]
  }
  const few = validation < FEW_ITEMS ? [warn('task-items', `${validation} validation items: win rates are uncertain with fewer than ${FEW_ITEMS}. The run shows how often its choice survives a redraw.`)] : [] // prettier-ignore
  if (test > 0) return few
  return [...few, warn('task-test', `"${dataset.name}" has no test items: gain and quality are measured on the items that the choice was made on, which flatters it.`)] // prettier-ignore
}

function labelProblems({ dataset, spec }: PreflightContext, { readoutLabels }: TaskTransferValues): PlanProblem[] {
  const labelled = Math.min(dataset?.splitCounts.train ?? Infinity, spec.labelLimit ?? Infinity)
  if (!Number.isFinite(labelled) || readoutLabels <= labelled / 2) return []
  const few = Math.max(2, Math.floor(labelled / 10))
  const message = `Readouts would see ${readoutLabels} of ${labelled} labelled items: with so large a part of all labels there is little to gain by transfer.`
  return [warn('readout-labels', message, { title: `Use ${few}`, patch: { 'strategy.readoutLabels': few } })]
}
