import { seededRandom } from '../../../base/seeded-random.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor } from '../../runtime.ts'
import { adaptingWeights } from './meta-learner.ts'
import { createMetaProgram, type MetaAlgorithm, type MetaBatch, type MetaProgram } from './meta-program.ts'

export interface MetaTrainingOptions {
  readonly learner: Learner
  readonly algorithm: MetaAlgorithm
  readonly innerSteps: number
  readonly innerRate: number
  readonly epochs: number
  readonly updatesPerEpoch: number
  readonly tasksPerUpdate: number
  readonly from: string | null
  readonly normalise: (x: Tensor) => Tensor
  /** Tensors of task number `index` of the whole training. */
  draw(random: () => number): Promise<MetaBatch['tasks'][number]>
  /** After an epoch, further metrics by full name. */
  afterEpoch?(program: MetaProgram, epoch: number): Promise<Record<string, number>>
}

/** Runs the outer loop as a stage; answers the program, for evaluation, with the learner's weights up to date. The caller disposes of it. */
export async function metaTraining(run: StagedRun, stage: string, options: MetaTrainingOptions): Promise<MetaProgram> {
  const { runtime, spec, context } = run
  const { learner, algorithm, epochs, updatesPerEpoch, tasksPerUpdate } = options
  const program = createMetaProgram({
    runtime,
    model: learner.model,
    names: adaptingWeights(learner),
    from: options.from,
    type: learner.heads[0]!.type === 'regression' ? 'regression' : 'classification',
    normalise: options.normalise,
    algorithm,
    innerRate: options.innerRate,
    innerSteps: options.innerSteps,
    rule: run.rule,
  })
  const totalSteps = epochs * updatesPerEpoch
  const rateAt = (step: number) => {
    // Nichol et al. 2018, section 5: the step size falls linearly to zero.
    if (algorithm === 'reptile') return context.learningRate * (1 - step / totalSteps)
    return (
      context.learningRate * run.rateFactor({ step, totalSteps, stepsPerEpoch: updatesPerEpoch }, context.learningRate)
    )
  }
  try {
    await run.loop(stage, {
      epochs,
      stepsPerEpoch: updatesPerEpoch,
      variables: program.variables,
      samplesPerStep: tasksPerUpdate,
      isCompiled: () => program.isCompiled,
      pull: program.pull,
      push: program.push,
      async step({ step }) {
        const draws = Array.from({ length: tasksPerUpdate }, (_, t) =>
          options.draw(seededRandom(spec.seed, `${stage} task ${step * tasksPerUpdate + t}`)),
        )
        const tasks = await Promise.all(draws)
        const rate = rateAt(step)
        const loss = program.update({ tasks }, { number: step, rate })
        for (const task of tasks) Object.values(task).forEach((tensor) => tensor.dispose())
        const name = stage === 'meta-training' ? 'train.loss' : `train.${stage}.loss`
        return { [name]: loss, learningRate: rate }
      },
      ...(options.afterEpoch === undefined
        ? {}
        : { afterEpoch: (epoch: number) => options.afterEpoch!(program, epoch) }),
    })
  } catch (error) {
    program.dispose()
    throw error
  }
  return program
}
