import { describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { searchArms } from '../../../../src-main/core/studies/search-arms.ts'
import { studySpec } from '../../../support/study-rows.ts'

type Search = NonNullable<StudySpecInput['search']>
type Setting = Search['settings'][number]
const RATE = { kind: 'range', path: 'optimizer.learningRate', from: 0.0001, to: 0.1, scale: 'log', steps: 4 } as const
const BATCH: Setting = { kind: 'choice', path: 'batchSize', values: [16, 32] }
const arms = (search: Search) => searchArms(studySpec({ kind: 'search', arms: [], search }))
const problemOf = (search: Search) => arms(search).problems.map(({ level, message }) => `${level}: ${message}`)

describe('the combinations of a grid', () => {
  it('are all values of each setting with all of the others, both ends among them, the first setting slowest', () => {
    const { arms: found, problems } = arms({ method: 'grid', settings: [RATE, BATCH] })
    expect(found.map(({ patch }) => Object.values(patch))).toEqual([
      [0.0001, 16],
      [0.0001, 32],
      [0.001, 16],
      [0.001, 32],
      [0.01, 16],
      [0.01, 32],
      [0.1, 16],
      [0.1, 32],
    ])
    expect(found[1]).toEqual({
      label: 'Learning rate 0.0001, batch size 32',
      patch: { 'optimizer.learningRate': 0.0001, batchSize: 32 },
    })
    expect(problems).toEqual([])
  })

  it('has whole numbers once, and values that stand twice once', () => {
    const whole = { kind: 'range', path: 'batchSize', from: 1, to: 3, integer: true, steps: 9 } as const
    expect(arms({ method: 'grid', settings: [whole] }).arms.map(({ patch }) => patch['batchSize'])).toEqual([1, 2, 3])
    const twice: Setting = { kind: 'choice', path: 'batchSize', values: [8, 16, 8] }
    expect(arms({ method: 'grid', settings: [twice] }).arms).toHaveLength(2)
  })

  it('is refused in words where it is too large', () => {
    const settings = ['a', 'b', 'c'].map((name) => ({ ...RATE, path: `strategy.${name}`, steps: 10 }))
    expect(problemOf({ method: 'grid', settings })).toEqual([
      'block: Expected at most 200 combinations. Received: a grid of 10 x 10 x 10 = 1000. Take fewer steps, or a random search.',
    ])
  })
})

describe('the combinations of a random search', () => {
  const rates = (search: Partial<Search> = {}): number[] =>
    arms({ settings: [RATE, BATCH], samples: 200, ...search }).arms.map(
      ({ patch }) => patch['optimizer.learningRate'] as number,
    )

  it('are drawn evenly on a logarithmic scale, within its ends', () => {
    const drawn = rates()
    expect(drawn.every((rate) => rate >= RATE.from && rate <= RATE.to)).toBe(true)
    for (const [from, to] of [
      [1e-4, 1e-3],
      [1e-3, 1e-2],
      [1e-2, 1e-1],
    ] as const) {
      // prettier-ignore
      const share = drawn.filter((rate) => rate >= from && rate < to).length / drawn.length
      // A third of 200, three standard deviations to each side.
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.1)
    }
  })

  it('are the same for the same seed, others for another, and stay when a setting joins', () => {
    expect(rates()).toEqual(rates())
    expect(rates({ seed: 2 })).not.toEqual(rates())
    expect(rates({ settings: [RATE], samples: 200 }).slice(0, 5)).toEqual(rates().slice(0, 5))
  })

  it('are trained once each, and say so', () => {
    const { arms: found, problems } = arms({ settings: [BATCH], samples: 20 })
    expect(found.map(({ patch }) => patch['batchSize']).sort()).toEqual([16, 32])
    expect(problems).toMatchObject([
      { level: 'warn', message: '2 of the 20 drawn combinations differ; each is trained once.' },
    ])
  })

  it('reach every whole number of a range', () => {
    const whole = { kind: 'range', path: 'accumulate', from: 1, to: 4, integer: true } as const
    const found = arms({ settings: [whole], samples: 60 }).arms.map(({ patch }) => patch['accumulate'] as number)
    expect(found.sort()).toEqual([1, 2, 3, 4])
  })
})

describe('a search that cannot be', () => {
  it.each([
    [[{ ...RATE, from: 0.1 }], 'to be less than its `to`'],
    [[{ ...RATE, from: 0 }], 'to be above 0: its scale is logarithmic. Received: 0.'],
    [[{ ...RATE, path: 'batchSize', from: 1.5, to: 4, integer: true }], 'Expected whole ends of batchSize.'],
    [[RATE, RATE], 'Expected each setting once. Received twice: optimizer.learningRate.'],
    [[{ ...BATCH, path: 'epochs' }], 'A search cannot vary `epochs`'],
  ])('is refused in words: %j', (settings, words) => {
    expect(problemOf({ settings: settings as never }).join()).toContain(words)
  })

  it('says that it needs settings', () => {
    expect(searchArms(studySpec({ kind: 'search', arms: [] })).problems).toMatchObject([{ level: 'block' }])
  })
})
