import type { PlanProblem } from '../../../contract/models.ts'
import { block, warn } from '../../plan-problem.ts'
import type { PreflightContext } from '../strategy.ts'
import type { MetaValues } from './meta-params.ts'

/** What meta-learning needs of a dataset and a network, before anything runs. */
export function metaChecks(context: PreflightContext, values: MetaValues): PlanProblem[] {
  const checks = values.tasks === 'classes' ? [checkHead, checkClasses, checkSamples, checkRate] : [checkNumbers]
  return [...checks, checkBatchNorm, checkReptileBatches].flatMap((check) => check(context, values) ?? [])
}

type Check = (context: PreflightContext, values: MetaValues) => PlanProblem | null

const checkHead: Check = ({ heads }) => {
  const [head] = heads
  if (head === undefined || head.type === 'classification') return null
  const fix = { title: 'Take the sinusoid', patch: { 'strategy.tasks': 'sinusoid' } }
  return block('meta-head', `Few-shot classification needs a head for classes; "${head.name}" learns a number.`, fix)
}

const checkClasses: Check = ({ heads, dataset }, { way }) => {
  const count = heads[0]?.classes.length ?? 0
  if (dataset === null || heads[0]?.type !== 'classification' || count >= 2 * way) return null
  const most = Math.floor(count / 2)
  const message = `Tasks of ${way} classes need ${2 * way} classes: ${way} to learn from and ${way} others to be tested by. "${dataset.name}" has ${count}.`
  return block(
    'meta-classes',
    message,
    most < 2 ? null : { title: `Take ${most} classes per task`, patch: { 'strategy.way': most } },
  )
}

const checkSamples: Check = ({ heads, dataset }, { shots, queries }) => {
  const counts = dataset?.classCounts?.[heads[0]?.column ?? '']
  if (counts === undefined || counts.length === 0) return null
  const short = counts.flatMap((count, c) => (count < shots + queries ? [`${heads[0]!.classes[c]} (${count})`] : []))
  if (short.length === 0) return null
  const smallest = Math.min(...counts)
  const fits =
    smallest > shots ? { title: `Measure ${smallest - shots}`, patch: { 'strategy.queries': smallest - shots } } : null
  const message = `A task takes ${shots} + ${queries} items of a class; these have fewer: ${short.slice(0, 5).join(', ')}.`
  return block('meta-samples', message, fits)
}

/** Above it, steps on few examples overshoot where no batch statistics keep activations in range (docs/strategies.md has the figures). */
const HIGHEST_RATE = 0.1

const checkRate: Check = (_context, { innerRate }) => {
  if (innerRate <= HIGHEST_RATE) return null
  const message = `A rate of adaptation of ${innerRate} overshoots in networks without batch statistics, so that little is learned.`
  return warn('meta-rate', message, { title: 'Use 0.01', patch: { 'strategy.innerRate': 0.01 } })
}

const checkNumbers: Check = ({ network, heads }) => {
  const input = network.layers[0]?.config['shape']
  const isScalar = Array.isArray(input) && input.length === 1 && input[0] === 1
  if (isScalar && heads[0]?.type === 'regression') return null
  const fix = { title: 'Take classes', patch: { 'strategy.tasks': 'classes' } }
  return block(
    'meta-sinusoid',
    'The sinusoid needs a table with one numeric column and a head for one number; the waves themselves are drawn.',
    fix,
  )
}

const checkBatchNorm: Check = ({ network, states }) => {
  const moving = network.layers.filter((l) => l.type === 'BatchNormalization' && states[l.name] !== 'frozen')
  if (moving.length === 0) return null
  return warn(
    'meta-batch-norm',
    `${moving.length} BatchNorm layers keep their averages as they are: statistics of a task’s batch would let the examples that measure it into its adaptation.`,
  )
}

/** One part of a class after the other needs as many of them as steps. */
const checkReptileBatches: Check = (_context, { algorithm, shots, innerSteps, tasks, way }) => {
  if (algorithm !== 'reptile') return null
  const count = tasks === 'classes' ? way * shots : shots
  if (count % innerSteps === 0) return null
  const fitting = [...Array(innerSteps).keys()].map((k) => k + 1).findLast((k) => count % k === 0)!
  return block(
    'meta-reptile-batches',
    `Reptile takes another part of a task’s ${count} examples in each of its ${innerSteps} steps; they do not divide evenly.`,
    { title: `Take ${fitting} steps`, patch: { 'strategy.innerSteps': fitting } },
  )
}

/** Whether second derivatives can be exact, in words for the run's page. */
export function secondOrderWords(isExact: boolean, algorithm: MetaValues['algorithm']): string {
  if (algorithm === 'fomaml' || algorithm === 'reptile') return 'This algorithm needs no second derivatives.'
  return isExact
    ? 'Second derivatives are exact: every layer that adapts is dense, of plain activations.'
    : 'Second derivatives are differences of gradients, right to about four digits: some layers that adapt have no exact ones here.'
}
