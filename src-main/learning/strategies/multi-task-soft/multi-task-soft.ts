import { defineParams } from '../../../contract/params.ts'
import type { Objective } from '../../engine/step/objective.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Scalar } from '../../runtime.ts'
import { taskLosses } from '../common/multi-task/task-weighting/multi-task-objective.ts'
import { compareAlone } from '../common/multi-task/compare-alone.ts'
import { fitAndKeep } from '../common/multi-task/kept-heads.ts'
import { type Link, linkDistance, linkPenalty, linksOf } from './layer-distance.ts'
import { parseLinks, parseStitches } from './layer-links.ts'
import { softSharingProblems } from './soft-checks.ts'
import { distanceExhibit, type Distances, stitchExhibit } from './soft-exhibits.ts'
import { softNetwork, type SoftNetwork, softPhases, taskNetwork } from './soft-network.ts'
import { tasksExhibit } from '../common/multi-task/tasks-exhibit.ts'
import { headFirstProblems } from '../common/reuse/reuse-checks.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'
import { reusePhases } from '../common/reuse/reuse-phases.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'

const params = defineParams({
  sharing: {
    type: 'choice',
    label: 'How tasks share',
    default: 'distance',
    choices: [
      { value: 'distance', label: 'Similar weights' },
      { value: 'cross-stitch', label: 'Cross-stitch units' },
      { value: 'both', label: 'Both' },
    ],
    help: 'Similar weights: each task has its own network, and layers are drawn to each other. Cross-stitch units: each task learns how much of the others’ activations it takes.',
  },
  strength: {
    type: 'number',
    label: 'Strength of the links',
    default: 0.001,
    help: 'How strongly the weights of linked layers are drawn to each other: lambda times their squared distance. 0 is no sharing, a large one is one network for all; try 0.0001 to 0.01.',
    min: 0,
    max: 1000,
    log: true,
  },
  layers: {
    type: 'text',
    label: 'Linked layers',
    default: '',
    help: 'Names of layers or blocks, or patterns, with commas between, each with a strength of its own if you like: block1=0.01, block2=0.001. Empty: every layer that learns, without the heads.',
  },
  stitchAfter: {
    type: 'text',
    label: 'Cross-stitch after',
    default: '',
    help: 'Layers, blocks or patterns behind which the tasks’ activations are mixed, with commas between. Empty: after each block that learns.',
  },
  stitchRateFactor: {
    type: 'number',
    label: 'Rate of cross-stitch units',
    default: 10,
    help: 'Cross-stitch units learn this many times as fast as the rest, since they are few and start near no sharing; the paper tries 1 to 1000 with SGD.',
    unit: 'times',
    min: 0.01,
    max: 1000,
    log: true,
    advanced: true,
  },
  keep: {
    type: 'choice',
    label: 'Saved network',
    default: 'all',
    choices: [
      { value: 'all', label: 'All tasks’ networks as one' },
      { value: 'main', label: 'The main task’s' },
    ],
    help: 'All tasks’ networks side by side with a head each, or that of the main task alone, which is as small as if it had learnt alone.',
  },
  mainTask: {
    type: 'text',
    label: 'Main task',
    default: '',
    help: 'Name of the head whose network is saved when only one is; empty: the first.',
  },
  compareAlone: {
    type: 'boolean',
    label: 'Compare with each task alone',
    default: true,
    help: 'Afterwards trains each task’s network without any link, with the same start and as many epochs, and says whether sharing helped; takes about as long again.',
  },
  headEpochs: REUSE_FIELDS.headEpochs,
  unfreezeLearningRate: REUSE_FIELDS.unfreezeLearningRate,
  headLearningRateFactor: REUSE_FIELDS.headLearningRateFactor,
  trainBatchNorm: REUSE_FIELDS.trainBatchNorm,
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
type Values = ReturnType<typeof params.schema.parse>

/** Soft parameter sharing: a network per task, L = sum_t L_t + sum_l lambda_l ||W_l^A - W_l^B||_F^2 (layer-distance.ts, Duong et al. 2015), or
 *  cross-stitch units x~_A = a_AA x_A + a_AB x_B with a factor per channel (Misra et al., CVPR 2016, arXiv 1604.03539). The networks share no weight,
 *  so their losses are added and each learns at the rate that it would learn with alone. The frozen part is one for all. */
export const multiTaskSoft = defineStrategy({
  type: 'multi-task-soft',
  label: 'Multi-task, soft sharing',
  help: 'A network for each label column, alike but not the same: for tasks that are related but would disturb each other in one network.',
  params,
  heads: ANY_HEADS,
  check: (context, values) => [
    ...softSharingProblems(context, values),
    ...headFirstProblems(context, values.headEpochs),
  ],
  async run(run, values) {
    const { main, spec, context } = run
    const plan = { network: main.model.network, states: main.states }
    const places = main.heads.map((_, h) => h)
    run.expect(spec.epochs * (values.compareAlone ? 1 + places.length : 1))
    const stitchAfter =
      values.sharing === 'distance' ? new Set<string>() : parseStitches(values.stitchAfter, plan).after
    const soft = softNetwork(run, stitchAfter)
    const strengths =
      values.sharing === 'cross-stitch'
        ? new Map<string, number>()
        : parseLinks(values.layers, plan, values.strength).strengths
    const links = linksOf(soft.copies, strengths)
    const watched = linksOf(soft.copies, parseLinks('', plan, 0).strengths)
    const plain = reusePhases(context, { ...values, rateFactor: headFactors(run, values) })
    const phases = softPhases(soft, plain, values.stitchRateFactor)
    const kept = keptOf(run, soft, values)
    const together = withLinks(run, soft, { phases, links, watched })
    await fitAndKeep(run, 'together', { learner: soft.learner, kept, phases: together })
    await show(run, soft, watched)
    if (values.compareAlone) await compareAlone(run, { together: soft.learner, places, phases: plain })
    return kept.learner
  },
})

function headFactors({ main }: StagedRun, values: Values): Map<string, number> {
  const hasReused = Object.values(main.states).includes('trained')
  const fresh = main.model.network.layers.filter(({ name }) => main.states[name] === 'fresh')
  return new Map(fresh.map(({ name }) => [name, hasReused ? values.headLearningRateFactor : 1]))
}

function keptOf(run: StagedRun, soft: SoftNetwork, { keep, mainTask }: Values) {
  if (keep === 'all') return { learner: soft.learner }
  const place = run.main.heads.findIndex(({ name }) => name === mainTask)
  return taskNetwork(run, soft, Math.max(0, place))
}

interface Linked {
  readonly phases: readonly Phase[]
  readonly links: readonly Link[]
  /** Layers whose distance is recorded, linked or not. */
  readonly watched: readonly Link[]
}

/** Adds the objective, and the distances as series `distance.<layer>`. */
function withLinks(run: StagedRun, { learner }: SoftNetwork, { phases, links, watched }: Linked): Phase[] {
  const objective: Objective = {
    metrics: ['penalty'],
    loss(tf, input) {
      const outputs = input.forward()
      const losses = taskLosses(tf, learner.heads, input.targets, outputs)
      const penalty = linkPenalty(tf, links, learner.model.weights)
      return { loss: tf.addN([...losses, penalty]) as Scalar, outputs, metrics: [penalty] }
    },
  }
  let before = 0
  return phases.map((phase) => {
    const start = before
    before += phase.epochs
    const afterEpoch = async (epoch: number) => {
      const distances = await run.once(distanceStage(start + epoch + 1), () => distancesOf(run, learner, watched))
      return Object.fromEntries(Object.entries(distances).map(([layer, distance]) => [`distance.${layer}`, distance]))
    }
    return { ...phase, objective, afterEpoch }
  })
}

const distanceStage = (epoch: number): string => `distances ${epoch}`

function distancesOf(run: StagedRun, learner: SoftNetwork['learner'], watched: readonly Link[]): Distances {
  const values = run.weights(learner)
  const isTrained = (name: string) => learner.model.weights.get(name)!.trainable
  return Object.fromEntries(watched.map((link) => [link.layer, linkDistance(link, values, isTrained)]))
}

async function show(run: StagedRun, { copies, learner }: SoftNetwork, watched: readonly Link[]): Promise<void> {
  const { main, spec } = run
  run.exhibit(
    await tasksExhibit(
      run,
      learner,
      main.heads.map(() => false),
    ),
  )
  const history: Distances[] = [Object.fromEntries(watched.map(({ layer }) => [layer, 0]))]
  for (let epoch = 1; epoch <= spec.epochs; epoch++) {
    const found = await run.once<Distances | null>(distanceStage(epoch), () => null)
    if (found !== null) history.push(found)
  }
  if (watched.length > 0) run.exhibit(distanceExhibit(history))
  const tasks = main.heads.map(({ name }) => name)
  if (copies.stitches.length > 0) run.exhibit(stitchExhibit(copies, run.weights(learner), tasks))
}
