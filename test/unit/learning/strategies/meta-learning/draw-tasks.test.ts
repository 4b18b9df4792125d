import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { probeTask } from '../../../../../src-main/learning/strategies/meta-learning/few-shot-probe.ts'
import {
  drawClassTask,
  drawSinusoid,
  gridPoints,
  sinusoidValue,
  splitClasses,
} from '../../../../../src-main/learning/strategies/meta-learning/draw-tasks.ts'

describe('classes are split, not items', () => {
  test.each([
    [100, 5, { train: 62, validation: 13, test: 25 }],
    [12, 5, { train: 7, validation: 0, test: 5 }],
    [10, 5, { train: 5, validation: 0, test: 5 }],
  ])('%i classes, tasks of %i', (count, way, sizes) => {
    const classes = [...Array(count).keys()]
    const split = splitClasses(classes, { way, testShare: 0.25, seed: 3 })
    expect({ train: split.train.length, validation: split.validation.length, test: split.test.length }).toEqual(sizes)
    expect([...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)).toEqual(classes)
    expect(split.train.length).toBeGreaterThanOrEqual(way)
  })
})

describe('a task', () => {
  const rowsOf = new Map(Array.from({ length: 8 }, (_, c) => [c, Array.from({ length: 9 }, (_row, i) => c * 9 + i)]))
  const options = { classes: [1, 3, 4, 6], way: 3, shots: 2, queries: 5 }

  test('holds its classes in order, and no item twice', () => {
    const task = drawClassTask(seededRandom(1), rowsOf, options)
    expect(task.support).toHaveLength(6)
    expect(task.query).toHaveLength(15)
    expect(new Set([...task.support, ...task.query]).size).toBe(21)
    const classOf = (row: number) => Math.floor(row / 9)
    for (let c = 0; c < 3; c++) {
      const rows = [...task.support.slice(c * 2, c * 2 + 2), ...task.query.slice(c * 5, c * 5 + 5)]
      expect(new Set(rows.map(classOf)).size).toBe(1)
      expect(options.classes).toContain(classOf(rows[0]!))
    }
  })

  test('is the same for the same seed', () => {
    expect(drawClassTask(seededRandom(2), rowsOf, options)).toEqual(drawClassTask(seededRandom(2), rowsOf, options))
    expect(drawClassTask(seededRandom(2), rowsOf, options)).not.toEqual(drawClassTask(seededRandom(3), rowsOf, options))
  })
})

test('waves lie in the paper’s ranges', () => {
  const random = seededRandom(4)
  const waves = Array.from({ length: 500 }, () => drawSinusoid(random))
  expect(Math.min(...waves.map(({ amplitude }) => amplitude))).toBeGreaterThanOrEqual(0.1)
  expect(Math.max(...waves.map(({ amplitude }) => amplitude))).toBeLessThanOrEqual(5)
  expect(Math.max(...waves.map(({ phase }) => phase))).toBeLessThanOrEqual(Math.PI)
  expect(sinusoidValue({ amplitude: 2, phase: Math.PI / 2 }, Math.PI)).toBeCloseTo(2, 12)
  expect([...gridPoints(waves[0]!, 3).x]).toEqual([-5, 0, 5])
})

test('a probe tells separable classes apart and is deterministic', () => {
  const support = Float32Array.from([5, 0, 0, 5, -5, -5])
  const query = Float32Array.from([4, 1, 1, 4, -3, -6, 6, -1])
  const run = () => probeTask(support, query, { way: 3, width: 2 })
  expect(run()).toEqual([0, 1, 2, 0])
  expect(run()).toEqual(run())
})
