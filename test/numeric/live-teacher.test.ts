import { expect, test } from 'vitest'
import {
  softTargetObjective,
  type SoftTargetOptions,
} from '../../src-main/learning/strategies/common/distillation/soft-target-objective.ts'
import { describeHead } from '../../src-main/learning/network/head-info.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { LossInput } from '../../src-main/learning/engine/step/objective.ts'
import { softLoss } from '../../src-main/learning/losses/distillation-loss.ts'
import { softTargets } from '../../src-main/learning/losses/soft-targets.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { toyNetwork } from '../support/toy-run.ts'

test('a teacher that answers for the batch itself gives the loss and gradient of its stored answers, and does not learn', () => {
  const { tf } = nativeRuntime()
  const network = toyNetwork()
  const modelOf = (seed: number) =>
    createModel(tf, network, initialWeights(network, { states: {}, base: null, seed }), seed)
  const [teacher, student] = [modelOf(1), modelOf(2)]
  const head = describeHead({ name: 'label', type: 'classification', classes: ['a', 'b', 'c'], weight: 1 }, [], false)
  const temperature = 3
  tf.tidy(() => {
    const x = tf.randomUniform([4, 8, 8, 1], -2, 2, 'float32', 5)
    const logits = teacher.forward(x)[0]!.dataSync<'float32'>() as Float32Array
    const soft = softTargets([logits], 3, temperature)
    const input = (feeds: LossInput['feeds']) =>
      ({ x, feeds, from: null, targets: [{}], forward: () => student.forward(x) }) as unknown as LossInput
    const options: SoftTargetOptions = {
      heads: [head],
      soft: [soft],
      temperature,
      headLoss: (_, batch) => softLoss(tf, batch.logits, batch.soft, temperature),
    }
    const stored = softTargetObjective(options)
    const live = softTargetObjective({ ...options, teacher })
    const expected = stored.loss(tf, input([[tf.tensor2d(soft, [4, 3])]])).loss.dataSync()[0]!
    expect(expected).toBeGreaterThan(0.01)
    expect(live.feeds).toEqual([])
    expect(live.loss(tf, input([])).loss.dataSync()[0]).toBeCloseTo(expected, 4)
    const kernel = student.weights.get('head_label/kernel')!
    const gradient = (objective: typeof live, feeds: LossInput['feeds']) =>
      tf.variableGrads(() => objective.loss(tf, input(feeds)).loss, [kernel]).grads[kernel.name]!.dataSync()
    const difference = largestDifference(gradient(live, []), gradient(stored, [[tf.tensor2d(soft, [4, 3])]]))
    expect(difference).toBeLessThan(1e-5)
    expect(live.partners?.map(({ trained }) => [...trained])).toEqual([[]])
  })
  for (const model of [teacher, student]) model.dispose()
})
