import { seededRandom } from '../../../base/seeded-random.ts'
import type { Network } from '../../../contract/network.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { rowPicker } from './class-source.ts'
import type { ClassTasks } from './class-tasks.ts'
import { probeTask } from './few-shot-probe.ts'
import { withHeadUnits } from './meta-learner.ts'
import type { MetaValues } from './meta-params.ts'
import { drawClassTask } from './draw-tasks.ts'

/** Ordinary pre-training for the same number of epochs: a classifier of all classes that meta-training saw; then a linear probe on its features
 *  for every new task. Answers the accuracy of each task; the tasks are the very ones that the meta-learner was measured on. */
export async function probeBaseline(run: StagedRun, tasks: ClassTasks, values: MetaValues): Promise<number[]> {
  const { spec, context } = run
  const learner = classifier(run, tasks)
  const layers = new Set(
    learner.model.network.layers.map(({ name }) => name).filter((name) => learner.states[name] !== 'frozen'),
  )
  const cachedUpTo = context.cachedUpTo
  await run.fit('pre-training', learner, [
    {
      name: 'pre-training',
      epochs: spec.epochs,
      learningRate: context.learningRate,
      trained: layers,
      trainingMode: layers,
      rateFactor: new Map(),
      cachedUpTo,
    },
  ])
  return run.once('probe-test', async () => {
    const rows = tasks.split.test.flatMap((c) => tasks.rowsOf.get(c)!)
    const layer = featuresLayer(learner.model.network)
    const [features] = await run.outputs(learner, rows, { layers: [layer] })
    const width = inferNetwork(learner.model.network)
      .shapes.get(layer)!
      .reduce((total, value) => total * value, 1)
    const pick = rowPicker(features!, rows, width)
    const accuracies: number[] = []
    for (let index = 0; index < values.testTasks; index++) {
      const random = seededRandom(spec.seed, `test task ${spec.seed} ${index}`)
      const task = drawClassTask(random, tasks.rowsOf, { ...values, classes: tasks.split.test })
      const predicted = probeTask(pick(task.support), pick(task.query), { way: values.way, width })
      const hits = predicted.filter((c, i) => c === Math.floor(i / values.queries)).length
      accuracies.push(hits / predicted.length)
      await run.throwIfInterrupted()
    }
    return accuracies
  })
}

/** What feeds the head. */
function featuresLayer(network: Network): string {
  return network.layers.find(({ name }) => name === network.outputs[0])!.inputs[0]!
}

/** The planned network with a head for the classes that meta-training saw, on all of their items. */
function classifier(run: StagedRun, tasks: ClassTasks): Learner {
  const { main } = run
  const classes = tasks.split.train
  const place = new Map(classes.map((c, i) => [c, i]))
  const targets = main.data.targets[0]!.map((value) => place.get(value) ?? NaN)
  const rows = classes.flatMap((c) => tasks.rowsOf.get(c)!).sort((a, b) => a - b)
  const names = classes.map((c) => tasks.names[c]!)
  return run.learner({
    name: 'pre-trained',
    network: withHeadUnits(main.model.network, names.length),
    states: main.states,
    weights: run.weights(main),
    heads: {
      records: [{ ...main.headRecords[0]!, classes: names }],
      infos: [{ ...main.heads[0]!, classes: names, classWeights: [] }],
    },
    data: { ...main.data, targets: [targets], rows: { train: rows, validation: [], test: [] }, unlabelled: [] },
  })
}
