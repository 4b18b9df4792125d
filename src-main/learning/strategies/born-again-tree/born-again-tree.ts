import { seededRandom, shuffle } from '../../../base/seeded-random.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Learner } from '../../engine/run/learner.ts'
import { Interrupted, type Reference, type StagedRun } from '../../engine/run/staged-run.ts'
import type { LabelledRows } from './best-split.ts'
import { countLeaves, type DecisionTree } from '../../trees/decision-tree.ts'
import { growTree } from './grow-tree.ts'
import { createManufacture, outOfDomainShare } from './manufacture.ts'
import { pruneOn } from './prune-tree.ts'
import { treeNetwork, treeWeights } from '../../trees/tree-network.ts'
import { columnSource, featureSource, type TreeSource } from './tree-source.ts'
import { createTreeTeacher, topClasses, type TreeTeacher } from './tree-teacher.ts'
import { bornAgainTreeProblems } from './born-again-tree-checks.ts'
import { bornAgainTreeParams, type BornAgainTreeValues } from './born-again-tree-params.ts'
import { type GrownTree, showTree } from './born-again-tree-report.ts'
import { plannedPhases } from '../common/reuse/planned-phases.ts'
import { defineStrategy } from '../strategy.ts'

/** A single decision tree that says what a network says: rows are manufactured by smearing, labelled by the network, and a CART is grown on
 *  lots of them and pruned on fresh ones. Paper: Breiman, Shang, "Born Again Trees", Technical Report, University of California,
 *  Berkeley, 1996. The tree that the run keeps is a network of ordinary layers (trees/tree-network.ts). */
export const bornAgainTree = defineStrategy({
  type: 'born-again-tree',
  label: 'Born-again tree',
  help: 'Grows one decision tree that answers as a trained network does; take it when the answer has to be read as rules.',
  params: bornAgainTreeParams,
  check: bornAgainTreeProblems,
  canExtend: false,
  async run(run, values) {
    const source = await sourceOf(run, values)
    const teacher = createTreeTeacher(run.runtime, source.parts, source.coordinates.length)
    try {
      return await growLearner(run, values, { source, teacher })
    } finally {
      teacher.dispose()
    }
  },
})

async function sourceOf(run: StagedRun, { teachers, on }: BornAgainTreeValues): Promise<TreeSource> {
  run.expect(teachers.length === 0 ? run.spec.epochs : 0)
  const isOnColumns = on === 'columns' || (on === 'auto' && run.preprocessing.kind === 'table')
  const models: (Learner | Reference)[] = []
  for (const ref of teachers) models.push(await run.reference(ref))
  if (models.length === 0) models.push(await trainTeacher(run))
  if (isOnColumns) return columnSource(run, models)
  if (models.length === 1) return featureSource(run, models[0]!)
  throw new GraftError('E_RUN_SPEC', `Expected one teacher for a tree on its features. Received: ${models.length}.`, {
    fix: 'Choose one of them, or grow the tree on columns.',
  })
}

/** The planned network, under a name of its own: the run's own curves are the tree's. */
async function trainTeacher(run: StagedRun): Promise<Learner> {
  const { main, spec, context } = run
  const { network } = main.model
  const options = { name: 'teacher', network, states: main.states, weights: main.start, seed: spec.seed }
  const teacher = run.learner(options)
  run.keep(teacher)
  await run.fit('teacher', teacher, plannedPhases(context, { name: 'teacher', epochs: spec.epochs }))
  return teacher
}

interface School {
  readonly source: TreeSource
  readonly teacher: TreeTeacher
}

async function growLearner(run: StagedRun, values: BornAgainTreeValues, school: School): Promise<Learner> {
  const { main } = run
  const real = await school.source.read([...main.data.rows.train, ...main.data.unlabelled])
  let soFar: DecisionTree | null = null
  const look = (tree: DecisionTree) => void (soFar = tree)
  try {
    const grown = await run.once('tree', () => manufactureTree(run, values, { ...school, real, look }))
    const learner = treeLearner(run, school.source, grown.tree)
    await showTree(run, values, { ...school, grown, learner })
    return learner
  } catch (error) {
    // Stopped while it grew: the tree as it was then is a tree.
    const isStopped = error instanceof Interrupted && error.action === 'stop'
    if (isStopped && soFar !== null) treeLearner(run, school.source, soFar)
    throw error
  }
}

async function manufactureTree(
  run: StagedRun,
  values: BornAgainTreeValues,
  { source, teacher, real, look }: School & { real: Float32Array; look: (tree: DecisionTree) => void },
): Promise<GrownTree> {
  const { main, spec } = run
  const width = source.coordinates.length
  const classes = main.heads[0]!.classes.length
  const { make, more } = createManufacture({
    source: { width, x: real, groups: source.groups(real), pAlt: values.pAlt },
    label: async (x) => {
      await run.throwIfInterrupted()
      return topClasses(teacher.probabilities(x), classes)
    },
    random: seededRandom(spec.seed, 'smearing'),
    rowsPerNode: values.rowsPerNode,
  })
  const rows = await make(values.rows)
  const { maxLeaves, maxDepth, minLeaf } = values
  const tree = await growTree(
    rows,
    { classes, maxLeaves, maxDepth, minLeaf },
    {
      more,
      afterSplit(leaves, soFar) {
        look(soFar())
        return run.throwIfInterrupted({ done: leaves, total: maxLeaves, message: 'Growing the tree' })
      },
    },
  )
  const outside = outOfDomainShare(...sampled(real, rows, width), width)
  if (values.pruneRows === 0) return { tree, grown: countLeaves(tree), alpha: 0, outside }
  const pruned = pruneOn(tree, await make(values.pruneRows))
  return { tree: pruned.tree, grown: countLeaves(tree), alpha: pruned.alpha, outside }
}

/** Enough of both to compare all pairs. */
const REAL_SAMPLE = 1000
const MADE_SAMPLE = 500

function sampled(real: Float32Array, { x }: LabelledRows, width: number): [Float32Array, Float32Array] {
  const order = shuffle(
    Int32Array.from({ length: real.length / width }, (_, i) => i),
    seededRandom(1, 'domain'),
  )
  const some = new Float32Array(Math.min(REAL_SAMPLE, order.length) * width)
  for (let i = 0; i * width < some.length; i++) {
    some.set(real.subarray(order[i]! * width, (order[i]! + 1) * width), i * width)
  }
  return [some, x.subarray(0, Math.min(MADE_SAMPLE * width, x.length))]
}

/** The tree as the learner that the run keeps. */
function treeLearner(run: StagedRun, source: TreeSource, tree: DecisionTree): Learner {
  const { main } = run
  const { network: planned } = main.model
  const head = planned.layers.find(({ name }) => name === planned.outputs[0])!
  const network = treeNetwork(tree, source.prefix, head)
  const fresh = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const learner = run.learner({
    name: 'tree',
    network,
    states: { ...fresh, ...source.prefixStates },
    weights: source.prefixStart,
    headPlaces: [0],
  })
  const weights: WeightValues = new Map([...source.prefixWeights, ...treeWeights(tree, head.name)])
  run.setWeights(learner, weights)
  run.keep(learner)
  return learner
}
