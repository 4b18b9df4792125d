import { defineParams } from '../../../contract/params.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { createTaskWeighting, type TaskWeightingType } from '../common/multi-task/task-weighting/index.ts'
import { multiTaskObjective } from '../common/multi-task/task-weighting/multi-task-objective.ts'
import type { TaskWeighting } from '../common/multi-task/task-weighting/task-weighting.ts'
import { hardSharingProblems } from '../common/multi-task/task-checks.ts'
import { compareAlone } from '../common/multi-task/compare-alone.ts'
import { fitAndKeep, keptLearner } from '../common/multi-task/kept-heads.ts'
import { tasksExhibit } from '../common/multi-task/tasks-exhibit.ts'
import { headFirstProblems } from '../common/reuse/reuse-checks.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'
import { reusePhases } from '../common/reuse/reuse-phases.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'

const params = defineParams({
  weighting: {
    type: 'choice',
    label: 'Weights of the tasks',
    default: 'equal',
    choices: [
      { value: 'equal', label: 'Equal' },
      { value: 'fixed', label: 'As each head says' },
      { value: 'uncertainty', label: 'Learnt (uncertainty)' },
      { value: 'dwa', label: 'By speed (DWA)' },
      { value: 'pcgrad', label: 'Without conflicts (PCGrad)' },
    ],
    help: 'How the tasks’ losses become one. Equal: their mean. As each head says: by the heads’ own weights. Learnt: each task’s uncertainty is learnt with it, for losses of different size. By speed: more weight for what improves slowly. Without conflicts: parts of gradients that work against each other are taken out; costs a pass per task.',
  },
  auxiliary: {
    type: 'names',
    label: 'Auxiliary heads',
    default: [] as string[],
    help: 'Heads that only help the others to learn: they count less in the loss and are left out of the saved network.',
  },
  auxiliaryWeight: {
    type: 'number',
    label: 'Weight of auxiliary heads',
    default: 0.3,
    help: 'How much an auxiliary head counts against a main one; 0.3 is that of GoogLeNet’s auxiliary classifiers.',
    min: 0.001,
    max: 1,
    step: 0.05,
  },
  compareAlone: {
    type: 'boolean',
    label: 'Compare with each task alone',
    default: true,
    help: 'Afterwards trains a network of its own for each task, with the same start and as many epochs, and says whether sharing helped; takes as long again for each task.',
  },
  headEpochs: REUSE_FIELDS.headEpochs,
  unfreezeLearningRate: REUSE_FIELDS.unfreezeLearningRate,
  headLearningRateFactor: REUSE_FIELDS.headLearningRateFactor,
  trainBatchNorm: REUSE_FIELDS.trainBatchNorm,
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
type Values = ReturnType<typeof params.schema.parse>

/** Hard parameter sharing: one network, a head per task, L = sum_t w_t L_t over the samples that have a label of task t. Paper: Caruana, Multitask
 *  learning, Machine Learning 28, 1997; overview: Vandenhende et al., TPAMI 2021, arXiv 2004.13379. Freeze plan and phases as in
 *  fine-tuning. */
export const multiTaskHard = defineStrategy({
  type: 'multi-task-hard',
  label: 'Multi-task, hard sharing',
  help: 'One network learns several label columns at once, a head for each: related tasks help each other, most of all where labels are few.',
  params,
  heads: ANY_HEADS,
  check: (context, values) => [
    ...hardSharingProblems(context, values),
    ...headFirstProblems(context, values.headEpochs),
  ],
  async run(run, values) {
    const { main, runtime, spec } = run
    const isAuxiliary = main.heads.map(({ name }) => values.auxiliary.includes(name))
    const places = main.heads.flatMap((_, h) => (isAuxiliary[h] ? [] : [h]))
    const phases = sharedPhases(run, values)
    run.expect(spec.epochs * (values.compareAlone ? 1 + places.length : 1))
    const learner = places.length < main.heads.length ? withMeasures(run, isAuxiliary) : main
    const kept = learner === main ? main : keptLearner(run, places)
    const weighting = createTaskWeighting(runtime.tf, values.weighting as TaskWeightingType, {
      importance: isAuxiliary.map((helps) => (helps ? values.auxiliaryWeight : 1)),
      headWeights: main.heads.map(({ weight }) => weight),
      seed: spec.seed,
    })
    try {
      const objective = objectiveOf(learner, weighting)
      const together = phases.map((phase) => ({ ...phase, objective }))
      await fitAndKeep(run, 'together', { learner, kept: { learner: kept }, phases: together })
    } finally {
      weighting.variables.forEach((variable) => variable.dispose())
    }
    run.exhibit(await tasksExhibit(run, learner, isAuxiliary))
    const auxiliaries = main.heads.flatMap(({ name }, h) => (isAuxiliary[h] ? [name] : []))
    if (values.compareAlone) await compareAlone(run, { together: learner, places, phases, auxiliaries })
    return kept
  },
})

function sharedPhases({ context, main }: StagedRun, values: Values): Phase[] {
  const hasReused = Object.values(main.states).includes('trained')
  const fresh = main.model.network.layers.filter(({ name }) => main.states[name] === 'fresh')
  const factor = hasReused ? values.headLearningRateFactor : 1
  return reusePhases(context, { ...values, rateFactor: new Map(fresh.map(({ name }) => [name, factor])) })
}

/** The planned network with heads by which early stopping and mean accuracy do not go when they only help. */
function withMeasures({ main, spec, ...run }: StagedRun, isAuxiliary: readonly boolean[]): Learner {
  const infos: HeadInfo[] = main.heads.map((head, h) => (isAuxiliary[h] ? { ...head, weight: 0 } : head))
  return run.learner({
    name: '',
    network: main.model.network,
    states: main.states,
    weights: main.start,
    heads: { records: main.headRecords, infos },
    seed: spec.seed,
  })
}

function objectiveOf({ model, heads }: Learner, weighting: TaskWeighting) {
  const outputs = new Set(model.network.outputs)
  const headWeights = [...model.weights].flatMap(([name, weight]) => (outputs.has(name.split('/')[0]!) ? [weight] : []))
  return multiTaskObjective({ heads, weighting, headWeights: new Set(headWeights) })
}
