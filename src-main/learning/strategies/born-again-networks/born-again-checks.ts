import type { PlanProblem } from '../../../contract/models.ts'
import { classifierProblems, some, teacherProblems } from '../common/distillation/teacher-checks.ts'
import { inferNetwork } from '../../network/infer.ts'
import { sameArchitecture } from '../../network/same-architecture.ts'
import { block, warn } from '../../plan-problem.ts'
import type { PreflightContext } from '../strategy.ts'

export interface BornAgainValues {
  readonly teacher: string | null
  readonly method: string
  readonly useLabels: boolean
  readonly keep: string
}

/** What docs/strategies.md lists as traps of born-again networks and what can be known before anything runs. */
export function bornAgainProblems(context: PreflightContext, values: BornAgainValues): PlanProblem[] {
  const known = values.teacher === null ? null : context.modelOf(values.teacher)
  return [
    ...classifierProblems(context),
    ...freshProblems(context),
    ...(known === null ? [] : teacherProblems(context, known)),
    ...(known === null || sameArchitecture(context.network, known.files.network)
      ? []
      : [otherArchitecture(known.title, values)]),
    ...methodProblems(values),
    ...keepProblems(context, values),
    ...augmentProblems(context, values),
  ]
}

function otherArchitecture(title: string, { teacher }: BornAgainValues): PlanProblem {
  const message = `Expected a teacher of the planned architecture. "${title}" has another one: that is distillation.`
  const patch = { strategy: { type: 'distillation', teachers: [teacher] } }
  return block('born-again-architecture', message, { title: 'Distil instead', patch })
}

/** Layers with weights that would not start anew. */
export function reusedLayers({ network, states }: Pick<PreflightContext, 'network' | 'states'>): string[] {
  const weighted = new Set(inferNetwork(network).weights.map(({ layer }) => layer))
  return network.layers.map(({ name }) => name).filter((name) => weighted.has(name) && states[name] !== 'fresh')
}

function freshProblems(context: PreflightContext): PlanProblem[] {
  const reused = reusedLayers(context)
  if (reused.length === 0) return []
  const message = `Every generation is born from fresh weights, and all of them are trained. ${reused.length} layers are reused or frozen: ${some(reused)}.`
  const fix = { title: 'Make every layer fresh', patch: { reuse: { layers: [] }, freeze: null, train: null } }
  return [block('born-again-reused', message, fix)]
}

function methodProblems({ method, useLabels }: BornAgainValues): PlanProblem[] {
  if (method !== 'cwtm' || !useLabels) return []
  const message = 'Confidence weighting learns from the labels by itself: `useLabels` changes nothing.'
  return [warn('born-again-labels', message, { title: 'Switch it off', patch: { 'strategy.useLabels': false } })]
}

function keepProblems({ dataset }: PreflightContext, { keep }: BornAgainValues): PlanProblem[] {
  if (keep !== 'best' || dataset === null || dataset.splitCounts.validation > 0) return []
  const message = `"${dataset.name}" has no validation split to tell the best generation by: the last one would be kept.`
  return [warn('born-again-keep', message, { title: 'Keep the last', patch: { 'strategy.keep': 'last' } })]
}

/** Otherwise the generation before answers for the changed images themselves. */
function augmentProblems({ spec }: PreflightContext, { method, teacher }: BornAgainValues): PlanProblem[] {
  const { flip, crop, shift, rotate, colour, cutout } = spec.augment
  const isChanged = flip || crop < 1 || shift > 0 || rotate > 0 || colour > 0 || cutout > 0
  if (!isChanged || (method !== 'dkpp' && teacher === null)) return []
  const who = method === 'dkpp' ? 'Permuted answers are' : 'The answers of a given generation 0 are'
  return [warn('born-again-augment', `${who} those for the plain images, while changed ones are trained on.`)]
}
