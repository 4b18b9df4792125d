import { describe, expect, test } from 'vitest'
import { describeHead } from '../../../../../src-main/learning/network/head-info.ts'
import type { TrainingData } from '../../../../../src-main/learning/engine/data/training-data.ts'
import { targetAffinity } from '../../../../../src-main/learning/strategies/task-transfer/affinity/task-affinity.ts'
import { inferNetwork } from '../../../../../src-main/learning/network/infer.ts'
import { featureData } from '../../../../../src-main/learning/strategies/task-transfer/feature-data.ts'
import { itemLosses } from '../../../../../src-main/learning/strategies/task-transfer/item-losses.ts'
import {
  encoderWithReadout,
  readoutNetwork,
} from '../../../../../src-main/learning/strategies/task-transfer/readout-network.ts'
import { tasksOf } from '../../../../../src-main/learning/strategies/task-transfer/transfer-tasks.ts'
import { toyNetwork } from '../../../../support/toy-run.ts'

const head = (name: string, classes: string[]) =>
  describeHead({ name, type: classes.length > 0 ? 'classification' : 'regression', classes, weight: 1 }, [1, 3], false)

const targets = [
  Float64Array.from({ length: 12 }, (_, i) => i % 2),
  Float64Array.from({ length: 12 }, (_, i) => (i === 0 ? NaN : i)),
]
const data = {
  targets,
  rows: { train: [0, 1, 2, 3, 4, 5, 6, 7], validation: [8, 9], test: [10, 11] },
  unlabelled: [3],
  copies: null,
} as unknown as TrainingData

describe('tasks', () => {
  const heads = [head('is it?', ['no', 'yes']), head('is it!', [])]

  test('each has its labelled rows and a few of them, even over classes, for every readout', () => {
    const [first, second] = tasksOf(heads, data, { readoutLabels: 4, seed: 1 })
    expect(first!.readoutRows.map((row) => targets[0]![row]).toSorted()).toEqual([0, 0, 1, 1])
    expect(second!.rows).not.toContain(0)
    expect(second!.readoutRows).toHaveLength(4)
    expect([first!.chosenOn, first!.measuredOn]).toEqual([
      [8, 9],
      [10, 11],
    ])
  })

  test('names become keys of their own', () => {
    expect(tasksOf(heads, data, { readoutLabels: 4, seed: 1 }).map(({ key }) => key)).toEqual(['is-it', 'is-it-2'])
    expect(tasksOf([head('scratch', [])], data, { readoutLabels: 4, seed: 1 })[0]!.key).toBe('scratch-2')
  })
})

describe('readout', () => {
  const output = toyNetwork().layers.find(({ name }) => name === 'head_label')!

  test('alone and on an encoder it has the same layers', () => {
    const options = { shape: [24], head: output, units: 8 }
    const alone = inferNetwork(readoutNetwork(options)).weights
    const on = inferNetwork(encoderWithReadout(toyNetwork(), 'flatten', options)).weights
    expect(alone.map(({ fullName, shape }) => [fullName, shape])).toEqual([
      ['readout_hidden/kernel', [24, 8]],
      ['readout_hidden/bias', [8]],
      ['head_label/kernel', [8, 3]],
      ['head_label/bias', [3]],
    ])
    expect(on.map(({ fullName }) => fullName)).toEqual(
      expect.arrayContaining(alone.map(({ fullName }) => fullName)) as string[],
    )
  })

  test('small maps are flattened, large ones averaged, and no hidden units read linearly', () => {
    const shapeOf = (shape: number[], units: number) =>
      inferNetwork(readoutNetwork({ shape, head: output, units })).weights[0]!.shape
    expect(shapeOf([2, 2, 6], 8)).toEqual([24, 8])
    expect(shapeOf([32, 32, 6], 8)).toEqual([6, 8])
    expect(shapeOf([24], 0)).toEqual([24, 3])
  })

  test('features are read by row, of one head, without augmentation', () => {
    const values = Float32Array.from([0, 1, 20, 21, 80, 81])
    const own = featureData(data, { rows: [0, 2, 8], values, shape: [2], place: 1 })
    expect([...(own.samples.load([8, 0], null) as Float32Array)]).toEqual([80, 81, 0, 1])
    expect(own.rows).toEqual({ train: [0, 2], validation: [8], test: [] })
    expect(own.targets).toEqual([targets[1]])
  })
})

test('item losses: cross-entropy, and squared error in standard deviations', () => {
  const classes = head('c', ['a', 'b'])
  expect(itemLosses(classes, Float32Array.of(0, 0, 2, 0), Float64Array.of(1, 0), [0, 1])).toEqual([
    expect.closeTo(Math.log(2), 12),
    expect.closeTo(Math.log(1 + Math.exp(-2)), 6),
  ])
  // mean 2, standard deviation 1
  expect(itemLosses(head('r', []), Float32Array.of(3), Float64Array.of(4), [0])).toEqual([1])
})

describe('affinity of one target', () => {
  const items = 200
  const flat = (value: number) => Array.from({ length: items }, (_, i) => value + 0.001 * (i % 7))
  const mostly = (worse: number) => flat(1).map((value, i) => (i % 4 === 0 ? value + worse : value - 0.5))
  const losses = {
    chosenOn: [flat(1), mostly(0.1), flat(1.2)],
    measuredOn: [flat(1), mostly(1), flat(1.2)],
    full: flat(0.9),
    scratch: 2,
    candidates: [0, 1],
  }

  test('the better source is suggested, stays first in resamples, and gains over scratch', () => {
    const found = targetAffinity(losses, 1)
    expect(found.suggested).toBe(1)
    expect(found.stability).toBe(1)
    expect(found.gain).toEqual([1, 0.75, 0.5])
    expect(found.gainInterval[1]!.low).toBeGreaterThan(0.6)
    expect(found.gainInterval[1]!.high).toBeLessThan(0.9)
    expect(found.quality).toEqual([0, 0.75, 0])
    expect(found.againstOthers).toMatchObject({ share: 0.75, low: found.gainInterval[1]!.low })
    expect(found.shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
  })

  test('all ties are told', () => {
    const same = [flat(1), flat(1), flat(1)]
    const found = targetAffinity({ ...losses, chosenOn: same, measuredOn: same, full: null }, 1)
    expect([found.isAllTie, found.quality]).toEqual([true, null])
    expect(found.gain).toEqual([0.5, 0.5, 0.5])
  })
})
