import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { type FakeChild, type FakeScript, finish, writeModel } from './fake-trainer.ts'

/** A training of one epoch that reaches what `accuracyOf` says of its job. */
export function trainTo(
  accuracyOf: (job: TrainJob) => number,
  more: (job: TrainJob) => Record<string, number> = () => ({}),
): FakeScript {
  return (child: FakeChild) => {
    if (child.job.kind !== 'train') return
    const { job } = child
    child.send({ type: 'ready', pid: 1, versions: { tensorflow: '2.x' } })
    child.send({ type: 'series', names: ['train.loss'] })
    child.send({
      type: 'step',
      phase: 'head',
      epoch: 1,
      step: 2,
      stepsPerEpoch: 2,
      progress: 1,
      samplesPerSecond: 100,
      secondsLeft: 0,
      seconds: 2,
      memoryBytes: 1e8,
      points: [[0, 2, 1, 2, 0.5]],
    })
    const metrics = {
      'train.loss': 0.5,
      'test.accuracy': accuracyOf(job),
      'test.loss': 1 - accuracyOf(job),
      ...more(job),
    }
    const figures = { samplesPerSecond: 100, waitShare: 0, engine: 'compiled' as const }
    child.send({ type: 'epoch', epoch: job.spec.epochs, seconds: 2, metrics, ...figures })
    writeModel(job)
    finish(child)
  }
}

/** Everything frozen but the head, everything trained, or everything fresh. */
export function kindOf(job: TrainJob): 'probe' | 'tuned' | 'scratch' {
  const states = new Set(Object.values(job.states))
  return states.has('trained') ? 'tuned' : states.has('frozen') ? 'probe' : 'scratch'
}

/** A tournament on the toy pictures: base network as features and as a whole. */
export const TOY_STUDY = {
  name: 'toy tournament',
  kind: 'tournament',
  base: {
    dataset: 'toy',
    base: 'efficientnet-lite0',
    strategy: { type: 'feature-extraction' },
    freeze: { all: true },
    batchSize: 4,
  },
  arms: [{ preset: 'feature-extraction' }, { preset: 'fine-tune-all', label: 'Fine-tuning' }],
  seeds: [1, 2, 3],
  budget: { kind: 'epochs', epochs: 1 },
} as const
