import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { schedules } from '../../../../src-main/learning/schedules/index.ts'
import { learningRateFactor } from '../../../../src-main/learning/schedules/schedule.ts'

const reference = JSON.parse(
  readFileSync(new URL('../../../fixtures/reference/schedules.json', import.meta.url), 'utf8'),
) as Record<string, number[]>

const CASES = [
  { key: 'step_lr(step=7,gamma=0.1)', type: 'step', values: { everyEpochs: 7, factor: 0.1 }, epochs: 25 },
  { key: 'cosine(T_max=20,eta_min=0.001)', type: 'cosine', values: { minimum: 0.001 }, epochs: 20 },
  { key: 'exponential(gamma=0.9)', type: 'exponential', values: { factor: 0.9 }, epochs: 10 },
]

function rateAt(type: string, values: object, place: { step: number; totalSteps: number; stepsPerEpoch: number }) {
  const schedule = schedules.find((row) => row.type === type)!
  return 0.1 * learningRateFactor(schedule, schedule.params.schema.parse(values), place, 0.1)
}

describe('schedules are PyTorch’s', () => {
  // Both sides are float64; what differs is the order of a few operations.
  const tolerance = 12

  test.each(CASES)('$key at the start of each epoch', ({ key, type, values, epochs }) => {
    const stepsPerEpoch = 5
    const place = (epoch: number) => ({
      step: epoch * stepsPerEpoch,
      totalSteps: epochs * stepsPerEpoch,
      stepsPerEpoch,
    })
    const got = reference[key]!.map((_, epoch) => rateAt(type, values, place(epoch)))
    got.forEach((rate, epoch) => expect(rate).toBeCloseTo(reference[key]![epoch]!, tolerance))
  })

  test('one cycle, each step', () => {
    const wanted = reference['one_cycle(max=0.1,total=40,pct=0.25,div=25,final_div=1e5/25,cos,3phase=false)']!
    const values = { pctStart: 0.25, div: 25, finalDiv: 1e5 / 25 }
    wanted.forEach((rate, step) =>
      expect(rateAt('one-cycle', values, { step, totalSteps: 40, stepsPerEpoch: 8 })).toBeCloseTo(rate, tolerance),
    )
  })
})

describe('warm-up', () => {
  test.each(schedules.map((row) => row.type))('%s rises in a straight line, then follows its own course', (type) => {
    const place = (step: number) => ({ step, totalSteps: 100, stepsPerEpoch: 10 })
    const plain = (step: number) => rateAt(type, {}, place(step))
    const warm = (step: number) => rateAt(type, { warmupEpochs: 2 }, place(step))
    expect(warm(0)).toBeCloseTo(plain(0) / 20, 12)
    expect(warm(9)).toBeCloseTo(plain(9) / 2, 12)
    expect(warm(19)).toBeCloseTo(plain(19), 12)
    expect(warm(60)).toBe(plain(60))
  })
})

test('step keeps its rate within an epoch, cosine moves with every step', () => {
  const place = (step: number) => ({ step, totalSteps: 40, stepsPerEpoch: 10 })
  expect(rateAt('step', { everyEpochs: 1 }, place(9))).toBe(0.1)
  expect(rateAt('step', { everyEpochs: 1 }, place(10))).toBeCloseTo(0.01, 12)
  expect(rateAt('cosine', {}, place(1))).toBeLessThan(rateAt('cosine', {}, place(0)))
})

test('very few steps end in a finite rate', () => {
  for (const { type } of schedules) {
    expect(rateAt(type, {}, { step: 0, totalSteps: 1, stepsPerEpoch: 1 })).toBeGreaterThanOrEqual(0)
  }
})

test('one cycle whose rise is over before the first step begins at the learning rate and ends at its end', () => {
  const values = { pctStart: 0.25, div: 25, finalDiv: 100 }
  const rates = [0, 1, 2, 3].map((step) => rateAt('one-cycle', values, { step, totalSteps: 4, stepsPerEpoch: 4 }))
  expect(rates[0]).toBe(0.1)
  // Thirds of a half cosine: cos(pi / 3) = 1 / 2, so three quarters of the way down are left, then one.
  const end = 0.1 / 25 / 100
  expect(rates[1]).toBeCloseTo(end + (0.1 - end) * 0.75, 12)
  expect(rates[2]).toBeCloseTo(end + (0.1 - end) * 0.25, 12)
  expect(rates[3]).toBeCloseTo(end, 12)
})

test('cosine whose minimum is above the learning rate stays at the learning rate', () => {
  for (const step of [0, 10, 20])
    expect(rateAt('cosine', { minimum: 5 }, { step, totalSteps: 20, stepsPerEpoch: 5 })).toBeCloseTo(0.1, 12)
})

test('inverse decay is the paper’s, by hand', () => {
  const place = (step: number) => ({ step, totalSteps: 200, stepsPerEpoch: 10 })
  expect(rateAt('inverse-decay', {}, place(0))).toBe(0.1)
  // p = 1/2: (1 + 10 / 2)^-0.75 = 6^-0.75 = 0.260847...
  expect(rateAt('inverse-decay', {}, place(100))).toBeCloseTo(0.1 * 0.2608474, 7)
  expect(rateAt('inverse-decay', { speed: 3, power: 2 }, place(200))).toBeCloseTo(0.1 / 16, 12)
})
