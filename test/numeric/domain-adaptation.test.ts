import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { Manifest, type TrainJob } from '../../src-main/contract/trainer.ts'
import { addaObjective } from '../../src-main/learning/strategies/adda/adda-objective.ts'
import type { Adversary } from '../../src-main/learning/strategies/common/domain-adaptation/adversary.ts'
import { dannObjective } from '../../src-main/learning/strategies/dann/dann-objective.ts'
import { batchFeed } from '../../src-main/learning/strategies/common/domain-adaptation/target-feed.ts'
import { createModel, type Model } from '../../src-main/learning/engine/model/model.ts'
import { initialWeights } from '../../src-main/learning/engine/model/initial-weights.ts'
import type { LossInput, Moment } from '../../src-main/learning/engine/step/objective.ts'
import type { Samples } from '../../src-main/learning/engine/data/training-data.ts'
import { networkBuilder } from '../../src-main/learning/network/network-builder.ts'
import { domainLoss, invertedLabelLoss } from '../../src-main/learning/losses/domain-loss.ts'
import type { Scalar, Tensor } from '../../src-main/learning/runtime.ts'
import { discriminatorNetwork } from '../../src-main/learning/network/discriminator.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { withStrategy } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'
import { withTarget } from '../support/toy-target.ts'

const { tf } = nativeRuntime()
const read = (tensor: Tensor) => [...tensor.dataSync()]

/** Three inputs, a hidden layer of four, two classes; a discriminator on the hidden layer. */
function smallNetworks() {
  const net = networkBuilder('small', [3])
  net.block('body', 'Body')
  net.add('hidden', 'Dense', { units: 4, activation: 'tanh' })
  net.add('head', 'Dense', { units: 2 })
  const network = net.finish('hidden')
  const started = (of: typeof network, seed: number): Model => {
    const states = Object.fromEntries(of.layers.map(({ name }) => [name, 'fresh' as const]))
    return createModel(tf, of, initialWeights(of, { states, base: null, seed }), seed)
  }
  const domain = discriminatorNetwork({ shape: [4], hidden: [3], dropout: 0 })
  return { network, model: started(network, 1), critic: started(domain, 2), domain }
}

const { network, model, critic, domain } = smallNetworks()
const adversary = {
  learner: { model: critic },
  partner: { name: 'discriminator', model: critic, trained: new Set(domain.layers.map(({ name }) => name)) },
  logits: (_input: LossInput, features: Tensor) => critic.forward(features)[0]!,
} as unknown as Adversary

const source = tf.tensor2d([0.5, -1, 0.2, 1, 0.3, -0.4], [2, 3])
const target = tf.tensor2d([-0.2, 0.8, 1, 0.1, 0.9, -1.2], [2, 3])
const ofBody = [...model.weights].filter(([name]) => name.startsWith('hidden/')).map(([, weight]) => weight)
const ofHead = [...model.weights].filter(([name]) => name.startsWith('head/')).map(([, weight]) => weight)
const ofCritic = [...critic.weights.values()]
const all = [...ofBody, ...ofHead, ...ofCritic]

const supervised = (outputs: readonly Tensor[]) => tf.mean(tf.square(outputs[0]!)) as Scalar
const input = (x: Tensor, feeds: Tensor[], numbers: number[]): LossInput => ({
  x,
  forward: ({ x: other = x, outputs } = {}) => model.forward(other, outputs === undefined ? {} : { outputs }),
  supervised,
  supervisedEach: (outputs) => [supervised(outputs)],
  targets: [],
  feeds: feeds.map((feed) => [feed]),
  numbers: numbers.map((value) => tf.scalar(value)),
  step: tf.scalar(0, 'int32'),
  from: null,
  weights: model.weights,
  start: new Map(),
})
const fed = { feed: null as never, input: ([x]: readonly Tensor[]) => x! }
const hidden = (x: Tensor) => model.forward(x, { outputs: ['hidden'] })[0]!
const criticOf = (x: Tensor) => critic.forward(hidden(x))[0]!

const close = (got: readonly number[], wanted: readonly number[]) =>
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5))

describe('the objective of DANN', () => {
  const objective = dannObjective({ adversary, target: fed, layer: 'hidden', outputs: network.outputs, lambda: 2, isRising: true }) // prettier-ignore
  const gradientsAt = (lambda: number) =>
    tf.variableGrads(() => objective.loss(tf, input(source, [target], [lambda])).loss, all)

  test('is the heads’ loss on the source and the discriminator’s on both', () => {
    const { loss, metrics } = objective.loss(tf, input(source, [target], [0.7]))
    const expected = read(supervised(model.forward(source)))[0]! + read(domainLoss(tf, criticOf(source), criticOf(target)))[0]! // prettier-ignore
    expect(read(loss)[0]).toBeCloseTo(expected, 5)
    expect(read(metrics![2]!)[0]).toBeCloseTo(0.7, 6)
  })

  test('lambda reaches the features alone: the discriminator learns at weight 1, the head not at all from the domains', () => {
    const plain = tf.variableGrads(() => supervised(model.forward(source)), [...ofBody, ...ofHead]).grads
    const domains = tf.variableGrads(() => domainLoss(tf, criticOf(source), criticOf(target)), [...ofBody, ...ofCritic]).grads // prettier-ignore
    for (const lambda of [0, 0.5, 3]) {
      const { grads } = gradientsAt(lambda)
      for (const { name } of ofCritic) close(read(grads[name]!), read(domains[name]!))
      for (const { name } of ofHead) close(read(grads[name]!), read(plain[name]!))
      for (const { name } of ofBody) {
        const theirs = read(domains[name]!)
        close(read(grads[name]!), read(plain[name]!).map((value, i) => value - lambda * theirs[i]!)) // prettier-ignore
      }
    }
  })

  test('feeds lambda over the progress of its phase', () => {
    const at = (phaseStep: number) => objective.numbers!({ phaseStep, phaseSteps: 100 } as Moment)[0]
    expect([at(0), at(10)]).toEqual([0, 2 * (2 / (1 + Math.exp(-1)) - 1)])
  })
})

test('the objective of ADDA: two losses, each with gradients of its own', () => {
  const decay = 0.3
  const objective = addaObjective({ adversary, source: fed, layer: 'hidden', outputs: network.outputs, decay })
  const given = tf.tensor2d([0.1, -0.3, 0.5, 0.7, 0.2, 0.2, -0.6, 0.4], [2, 4])
  const { loss, gradients, metrics } = objective.gradients!(tf, all, input(target, [given], []))
  expect(read(loss)[0]).toBeCloseTo(read(invertedLabelLoss(tf, criticOf(target)))[0]!, 6)
  const encoder = tf.variableGrads(() => invertedLabelLoss(tf, criticOf(target)), ofBody).grads
  const features = hidden(target)
  const own = () => domainLoss(tf, critic.forward(given)[0]!, critic.forward(features)[0]!)
  const discriminator = tf.variableGrads(own, ofCritic).grads
  expect(read(metrics![0]!)[0]).toBeCloseTo(read(own())[0]!, 6)
  for (const [i, weight] of all.entries()) {
    const got = read(gradients[i]!)
    if (ofBody.includes(weight)) close(got, read(encoder[weight.name]!))
    else if (ofHead.includes(weight))
      close(got, got.map(() => 0)) // prettier-ignore
    else {
      // Kernels have two axes; their penalty is decay * |w|^2 / 2.
      const values = read(weight)
      const pulled = weight.shape.length === 2 ? decay : 0
      close(got, read(discriminator[weight.name]!).map((value, k) => value + pulled * values[k]!)) // prettier-ignore
    }
  }
})

test('the other dataset comes pass by pass, each of its rows once a pass, whatever came before', async () => {
  const samples: Samples = {
    shape: [1],
    layer: null,
    storage: 'float32',
    normalisation: null,
    changes: null,
    held: null,
    load: (rows) => Float32Array.from(rows),
  }
  const rows = [10, 11, 12, 13, 14]
  const drawn = async (step: number) => {
    const { feed } = batchFeed(tf, samples, rows, { perStep: 2, seed: 3 })
    return read((await feed.load(tf, { phaseStep: step, rows: [0, 0], epoch: 0 } as unknown as Moment))[0]!)
  }
  const steps = []
  for (let step = 0; step < 5; step++) steps.push(...(await drawn(step)))
  expect(steps.slice(0, 5).toSorted()).toEqual(rows)
  expect(steps.slice(5).toSorted()).toEqual(rows)
  expect(steps.slice(0, 5)).not.toEqual(steps.slice(5))
})

describe('a run', () => {
  let plain: TrainJob
  beforeAll(async () => {
    plain = await toyJob({ strategy: 'dann', trainedBlocks: ['block2'], spec: { epochs: 3 } })
  })
  const job = async (type: string, more: Record<string, unknown> = {}): Promise<TrainJob> => {
    const own = await toyJob({ strategy: type, trainedBlocks: ['block2'], spec: { epochs: 3 } })
    return withStrategy(await withTarget(own, join(own.folder, '..')), more)
  }
  const exhibitsOf = (run: ToyRun) => messagesOf(run, 'exhibit').map(({ exhibit }) => exhibit)
  const weightsOf = ({ folder }: TrainJob) => readFileSync(join(folder, 'model', 'weights.safetensors'))

  /** The target's labels of some splits turned by one class. */
  function relabelled(one: TrainJob, splits: readonly string[]): TrainJob {
    const path = one.datasets['target']!
    const manifest = Manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
    const turn = (value: number | null) => (value === null ? null : (value + 1) % 3)
    const items = manifest.items.map((item) => (splits.includes(item.split) ? { ...item, targets: item.targets.map(turn) } : item)) // prettier-ignore
    writeFileSync(path, JSON.stringify({ ...manifest, items }))
    return one
  }

  test.each(['dann', 'adda'])('%s never looks at a label of the target but for its report', async (type) => {
    const more = { selection: 'unlabelled' }
    const first = await job(type, more)
    const honest = await runToy(first)
    const second = relabelled(await job(type, more), ['train', 'validation'])
    const blind = await runToy(second)
    expect(blind.points).toEqual(honest.points)
    expect(weightsOf(second).equals(weightsOf(first))).toBe(true)
    const third = relabelled(await job(type, more), ['test'])
    const report = await runToy(third)
    const isReport = (point: string) => /^target\..*accuracy /.test(point)
    expect(report.points.filter((point) => !isReport(point))).toEqual(honest.points.filter((point) => !isReport(point)))
    expect(report.points).not.toEqual(honest.points)
    expect(weightsOf(third).equals(weightsOf(first))).toBe(true)
  })

  test('DANN shows results, distances, features, predictions and its discriminator', async () => {
    const run = await runToy(await job('dann', { targetSupervised: true }))
    const exhibits = exhibitsOf(run)
    expect(exhibits.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'domain-results',
        'domain-distance',
        'domain-features-before',
        'domain-features-after',
        'domain-discriminator',
        'domain-predictions',
      ]),
    )
    const results = exhibits.find(({ id }) => id === 'domain-results')!
    expect(results).toMatchObject({ kind: 'table', own: 1 })
    expect(results.words).toContain('for this report only')
    expect(results.kind === 'table' && results.rows.map(([name]) => name)).toEqual([
      'source-only',
      'DANN',
      'target-supervised (oracle)',
    ])
    const series = new Set(run.points.map((point) => point.split(' ')[0]!))
    for (const name of ['train.domainLoss', 'train.domainAccuracy', 'train.lambda', 'target.accuracy']) {
      expect(series.has(name), name).toBe(true)
    }
  })

  test('a source that is not learned is told', async () => {
    const weak = await job('dann')
    const run = await runToy({
      ...weak,
      spec: { ...weak.spec, epochs: 1, optimizer: { type: 'sgd', learningRate: 1e-6 } },
    })
    expect(exhibitsOf(run).find(({ id }) => id === 'domain-source-accuracy')).toMatchObject({ level: 'warn' })
  })

  test('domains that are one to begin with are told', async () => {
    const one = await job('dann', { compareSourceOnly: true })
    // The source under the target's name.
    const same = { ...one, datasets: { target: one.manifest } }
    const told = exhibitsOf(await runToy(same)).find(({ id }) => id === 'domain-same')
    expect(told).toMatchObject({ level: 'warn' })
  })

  test('ADDA that collapses is stopped, and the source-only network is kept', async () => {
    const one = await job('adda', { adversarialLearningRate: 1, adversarialEpochs: 40, discriminatorRateFactor: 0.01 })
    const run = await runToy(one)
    expect(run.outcome).toBe('finished')
    const exhibits = exhibitsOf(run)
    expect(exhibits.find(({ id }) => id === 'domain-collapse')).toMatchObject({ level: 'warn' })
    const results = exhibits.find(({ id }) => id === 'domain-results')!
    expect(results.kind === 'table' && results.rows[1]![0]).toBe('ADDA (collapsed, not kept)')
    const epochs = messagesOf(run, 'epoch').filter(({ metrics }) => 'train.target.domainLoss' in metrics)
    expect(epochs.length).toBeLessThan(40)
    expect(
      messagesOf(run, 'log')
        .map(({ text }) => text)
        .join(),
    ).toContain('collapsed')
    // The same as a run whose adversarial stage does nothing.
    const still = await job('adda', { adversarialLearningRate: 1e-8, adversarialEpochs: 1 })
    await runToy(still)
    const [kept, other] = [one, still].map(({ folder }) => readAllFloat32(join(folder, 'model', 'weights.safetensors')))
    for (const [name, { values }] of kept!) close([...values], [...other!.get(name)!.values])
  })

  test('a spec without a target, or without anything to adapt, says what to do', async () => {
    await expect(runToy(plain)).rejects.toThrow('strategy.target')
    const frozen = await job('dann', { features: 'block1_relu' })
    await expect(runToy(frozen)).rejects.toThrow('Received: none, they are frozen')
  })
})
