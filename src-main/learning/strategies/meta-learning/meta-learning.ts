import { metaChecks } from './meta-checks.ts'
import { fewShotClasses } from './few-shot-classes.ts'
import { metaParams, type MetaValues } from './meta-params.ts'
import { sinusoidTasks } from './sinusoid-tasks.ts'
import { defineStrategy } from '../strategy.ts'

/** Meta-learning: a start from which a few steps on a few examples of a new task are enough. MAML and its first-order form: Finn, Abbeel,
 *  Levine, ICML 2017, arXiv 1703.03400, algorithms 1 and 2. Reptile: Nichol, Achiam, Schulman 2018, arXiv 1803.02999, algorithm 1. Meta-SGD:
 *  Li, Zhou, Chen, Li 2017, arXiv 1707.09835, algorithm 1. Departs from them: BatchNorm never sees a task's batch (it would leak the query
 *  set); second derivatives are exact for chains of dense layers and differences of gradients elsewhere. */
export const metaLearning = defineStrategy({
  type: 'meta-learning',
  label: 'Meta-learning',
  help: 'Learns a start from which a few examples of a new task are enough; take it when you have many small tasks or classes and will meet new ones.',
  params: metaParams,
  check: (context, values) => metaChecks(context, values as MetaValues),
  run(run, values) {
    const learn = values.tasks === 'classes' ? fewShotClasses : sinusoidTasks
    return learn(run, values as MetaValues)
  },
})
