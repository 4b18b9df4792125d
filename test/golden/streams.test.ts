import { describe, it } from 'vitest'
import { randomInt, seededRandom, shuffle } from '../../src-main/base/seeded-random.ts'
import { bootstrapInterval } from '../../src-main/base/statistics/bootstrap.ts'
import { AugmentSpec } from '../../src-main/contract/spec.ts'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { limitItems } from '../../src-main/core/analyses/limit-items.ts'
import { bootstrapIntervals } from '../../src-main/learning/strategies/task-transfer/affinity/bootstrap.ts'
import { someRows } from '../../src-main/learning/domain-gap/target-data.ts'
import { drawChanges } from '../../src-main/learning/engine/data/augment/draw.ts'
import { cachedSamples } from '../../src-main/learning/engine/features/cached-samples.ts'
import { seedOf } from '../../src-main/learning/engine/run/create-learner.ts'
import type { FeatureCache } from '../../src-main/learning/engine/features/feature-cache.ts'
import { initializeWeight } from '../../src-main/learning/engine/model/initialize.ts'
import { limitLabels } from '../../src-main/learning/engine/data/label-limit.ts'
import type { TrainingData } from '../../src-main/learning/engine/data/training-data.ts'
import { corruptedData } from '../../src-main/learning/strategies/denoising-autoencoder/corruption.ts'
import { normalNumbers } from '../../src-main/learning/strategies/common/pre-training/normal-numbers.ts'
import { batchesOfEpoch } from '../../src-main/learning/strategies/common/pre-training/pretraining-rows.ts'
import { permuteDarkKnowledge } from '../../src-main/learning/losses/soft-targets.ts'
import { surgeryOrders } from '../../src-main/learning/strategies/common/multi-task/task-weighting/gradient-surgery.ts'
import {
  drawClassTask,
  drawPoints,
  drawSinusoid,
  splitClasses,
} from '../../src-main/learning/strategies/meta-learning/draw-tasks.ts'
import type { Initializer } from '../../src-main/learning/network/layers/layer-row.ts'
import { stratifiedFolds } from '../../src-main/learning/probes/cross-validate.ts'
import { drawRows } from '../../src-main/learning/transferability/features.ts'
import { smearRows } from '../../src-main/learning/strategies/born-again-tree/smear.ts'
import { digest, golden, inLine } from '../support/golden.ts'

/** Numbers that went through sines and logarithms are compared to 7 digits. */
const short = (values: Iterable<number>): string =>
  Array.from(values, (value) => Number(value.toPrecision(7))).join(' ')
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('the numbers of a seed', () => {
  it('of the generator itself', async () => {
    const words = (seed: number, stream?: string): string => {
      const random = seededRandom(seed, stream)
      return upTo(6).map(() => (random() * 2 ** 32).toString(16)).join(' ') // prettier-ignore
    }
    const random = seededRandom(5, 'many')
    await golden('generator', {
      '0': words(0),
      '1': words(1),
      '-1': words(-1),
      '2147483647': words(2_147_483_647),
      '1, stream a': words(1, 'a'),
      '1, stream Ωβ': words(1, 'Ωβ'),
      '10000 numbers': digest(Float64Array.from({ length: 10_000 }, random)),
    })
    const whole = seededRandom(3)
    await golden('whole numbers', upTo(24).map(() => randomInt(whole, 10)).join(' ')) // prettier-ignore
    await golden('shuffles', {
      '12': shuffle(upTo(12), seededRandom(1)).join(' '),
      '1000': digest(shuffle(upTo(1000), seededRandom(1, 'x'))),
    })
    await golden('normal numbers', short(normalNumbers(6, 0.5, seededRandom(1))))
    await golden('seeds of learners', { student: seedOf(1, 'student'), teacher: seedOf(7, 'teacher') })
  })

  it('of starting weights', async () => {
    const kinds: Initializer[] = ['glorotUniform', 'heNormal', 'heUniform', 'zeros', 'ones']
    const start = (initializer: Initializer, layer: string, seed: number): Float32Array => {
      const place = { layer, name: 'kernel', fullName: `${layer}/kernel`, shape: [3, 3, 4, 8] } as const
      return initializeWeight({ ...place, initializer, fanIn: 36, fanOut: 72, trainable: true }, seed)
    }
    for (const kind of kinds) {
      const [a, b] = [start(kind, 'conv1', 1), start(kind, 'conv2', 2)]
      await golden(`starting weights ${kind}`, { conv1: short(a.slice(0, 5)), 'conv2, seed 2': short(b.slice(0, 5)), last: short(a.slice(-2)) }) // prettier-ignore
    }
  })

  it('of what is drawn from data', async () => {
    const targets = Float64Array.from({ length: 40 }, (_, i) => (i % 7 === 0 ? NaN : i % 3))
    const limit = { limit: 10, seed: 2, targets }
    await golden('label limit', {
      classes: limitLabels(upTo(40), { ...limit, isClassification: true }).labelled.join(' '),
      numbers: limitLabels(upTo(40), { ...limit, isClassification: false }).labelled.join(' '),
    })
    await golden('batches of an epoch', batchesOfEpoch(upTo(10), 4, 1, 3))
    await golden('some rows', someRows(upTo(50), 8, 1).join(' '))
    const splits = ['train', 'train', 'validation', 'test'] as const
    const items = upTo(40).map((i) => ({ split: splits[i % 4]!, targets: [i % 7 === 0 ? null : i % 3] }))
    const manifest = { heads: [{ type: 'classification' }], items: items.map((item, id) => ({ ...item, id })) }
    const limited = limitItems(manifest as unknown as Manifest, 4, 1)
    await golden('items of an analysis', limited.items.map(({ id }) => id).join(' '))
    await golden('copies of cached features', copies())
  })

  it('of augmentation', async () => {
    const all = { flip: true, crop: 0.5, shift: 0.2, rotate: 30, colour: 0.4, cutout: 0.25, mixup: 0.4 }
    const drawn = (spec: object, row: number) => {
      const { map, colour, box, weight } = drawChanges({ height: 20, width: 30, channels: 3 }, AugmentSpec.parse(spec), seededRandom(1, `augment 1 ${row}`)) // prettier-ignore
      return { map: short(map), colour: short(colour), box: short(box), weight: short([weight]) }
    }
    await golden('augmentation', { all: [drawn(all, 0), drawn(all, 1)], crop: drawn({ crop: 0.5 }, 0), mixup: drawn({ mixup: 2 }, 0) }) // prettier-ignore
  })

  it('of strategies and figures', async () => {
    await golden('gradient surgery', surgeryOrders(4, 1, 3).map((order) => order.join(' '))) // prettier-ignore
    await golden('split of classes', splitClasses(upTo(24), { way: 5, testShare: 0.25, seed: 1 }))
    const rowsOf = new Map(upTo(6).map((c) => [c, upTo(8).map((i) => c * 8 + i)]))
    await golden('few-shot task', drawClassTask(seededRandom(1), rowsOf, { classes: upTo(6), way: 3, shots: 1, queries: 2 })) // prettier-ignore
    const random = seededRandom(1)
    const wave = drawSinusoid(random)
    await golden('sinusoid', { wave: inLine(wave), points: short(Object.values(drawPoints(random, wave, 3)).flatMap((values) => [...values])) }) // prettier-ignore
    await golden('folds', stratifiedFolds(upTo(20).map((i) => i % 3), 4, 1).join(' ')) // prettier-ignore
    await golden('rows of a measure', drawRows(30, 6, 1, 'some').join(' '))
    await golden('permuted predictions', short(permuteDarkKnowledge(Float32Array.of(0.5, 0.25, 0.125, 0.0625, 0.0625), 5, 1))) // prettier-ignore
    const source = { width: 3, x: Float32Array.from({ length: 15 }, (_, i) => i), groups: [[0], [1, 2]], pAlt: 0.25 }
    await golden('smeared rows', short(smearRows(source, seededRandom(1), { count: 4, path: [], tries: 4 })))
    await golden('damaged samples', damaged())
    const mean = (places: readonly number[]): number => places.reduce((a, b) => a + b, 0) / places.length
    await golden('bootstrap', {
      base: bootstrapInterval(20, mean, { random: seededRandom(1), draws: 100 }),
      affinity: bootstrapIntervals(20, (places) => [mean(places)], { seed: 1, rounds: 100 }),
    })
  })
})

/** Which copy of each of eight samples three epochs draw. */
function copies(): string[] {
  const data = {
    hashes: upTo(8).map(String),
    copies: { count: 3, key: 'k' },
    rows: { train: upTo(8), validation: [], test: [] },
  }
  const cache = {
    readRows: (keys: readonly string[], out: Float32Array) =>
      out.set(keys.map((key) => Number(key.split(':')[2] ?? 0))),
  }
  const needed = upTo(8).flatMap((row) => upTo(4).map((copy) => ({ row, copy })))
  const options = { layer: 'pool', shape: [1], seed: 1, memoryBytes: 1e6, needed }
  const samples = cachedSamples(data as unknown as TrainingData, cache as unknown as FeatureCache, options)
  return [1, 2, 3].map((epoch) => [...(samples.load(upTo(8), epoch) as Float32Array)].join(' '))
}

function damaged(): Record<string, string> {
  const samples = { shape: [4], load: () => Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), held: null, changes: null }
  const of = (kind: 'masking' | 'gaussian'): string => {
    const data = corruptedData({ samples, preprocessingKey: '' } as unknown as TrainingData, { kind, amount: 0.4 }, 1)
    return short(data.samples.load([0, 1], null) as Float32Array)
  }
  return { masking: of('masking'), gaussian: of('gaussian') }
}
