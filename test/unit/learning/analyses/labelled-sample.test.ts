import { expect, test } from 'vitest'
import { labelledSample } from '../../../../src-main/learning/analyses/labelled-sample.ts'
import { describeHead } from '../../../../src-main/learning/network/head-info.ts'
import type { StagedRun } from '../../../../src-main/learning/engine/run/staged-run.ts'

function run(targets: readonly number[], type: 'classification' | 'regression' = 'classification'): StagedRun {
  const head = describeHead(
    { name: 'c', type, classes: type === 'regression' ? [] : ['a', 'b', 'c', 'd'], weight: 1 },
    [0, 1],
    false,
  )
  const data = { targets: [Float64Array.from(targets)], rows: { train: [...targets.keys()], validation: [], test: [] } }
  return { main: { heads: [head], data }, spec: { seed: 1 } } as unknown as StagedRun
}

test('a class with one item is left out and named, one with none is dropped', () => {
  const sample = labelledSample(run([0, 0, 0, 1, 1, 2, NaN]), 100)
  expect(sample).toEqual({ head: 'c', rows: [0, 1, 2, 3, 4], labels: [0, 0, 0, 1, 1], classes: 2, leftOut: ['c', 'd'] })
})

test('the limit is spread evenly over the classes', () => {
  const sample = labelledSample(run([0, 0, 0, 0, 0, 0, 1, 1, 1]), 4)
  expect(sample.labels).toEqual([0, 0, 1, 1])
})

test('one class, or numbers, are refused', () => {
  expect(() => labelledSample(run([0, 0, 0, 1]), 10)).toThrow('Expected two classes or more')
  expect(() => labelledSample(run([0, 1, 2], 'regression'), 10)).toThrow('numbers or tags only')
})
