import { describe, expect, it } from 'vitest'
import { crossingOf, labelSentences, type LabelsContext } from '../../../../src-main/core/studies/labels-saved.ts'
import { rankArms } from '../../../../src-main/core/studies/rank-arms.ts'
import { measuredCell, measuredCells, plannedArm } from '../../../support/study-rows.ts'

const PROBE = plannedArm('Linear probe', 'linear-probe')
const TUNED = plannedArm('Fine-tuning', null, { parameters: { total: 1000, trainable: 900 } })

interface Options {
  readonly arms?: (typeof PROBE)[]
  readonly higherIsBetter?: boolean
  /** Runs that are planned and have no value yet. */
  readonly waiting?: readonly { labels: number | null; arm: number; seed?: number }[]
}

/** Sentences on arms whose values are given by number of labels; null: all 160. */
function sentences(
  curves: readonly [number | null, ...(readonly number[])[]][],
  { arms = [PROBE, TUNED], higherIsBetter = true, waiting = [] }: Options = {},
): string[] {
  const cells = [
    ...curves.flatMap(([labels, ...values]) => measuredCells(values, labels)),
    ...waiting.map(({ arm, labels, seed = 1 }) => measuredCell(arm, seed, null, { labels })),
  ]
  const rows = rankArms({ arms, cells, higherIsBetter, majority: null })
  const metric = higherIsBetter ? 'test.accuracy' : 'test.loss'
  return labelSentences({ rows, metric, higherIsBetter, labelled: 160 } satisfies LabelsContext)
}

describe('the number of labels that reaches a value', () => {
  const points = [
    { labels: 10, value: 0.5 },
    { labels: 40, value: 0.7 },
    { labels: 160, value: 0.6 },
  ]

  it('lies between two points on a logarithmic scale', () => {
    // Halfway from 10 to 40 is 20; a quarter of the way is 10 * 4 ** 0.25.
    expect(crossingOf(points, 0.6, true)).toBeCloseTo(20, 10)
    expect(crossingOf(points, 0.55, true)).toBeCloseTo(10 * Math.SQRT2, 10)
  })

  it('is the first point that reaches it', () => {
    expect(crossingOf(points, 0.7, true)).toBeCloseTo(40, 10)
    expect([crossingOf(points, 0.5, true), crossingOf(points, 0.1, true)]).toEqual([10, 10])
  })

  it('is none where it is never reached', () => {
    expect(crossingOf(points, 0.71, true)).toBeNull()
    expect(crossingOf([], 0.5, true)).toBeNull()
  })

  it('is of falling values where less is better', () => {
    const errors = points.map(({ labels, value }) => ({ labels, value: 1 - value }))
    expect(crossingOf(errors, 0.4, false)).toBeCloseTo(20, 10)
    expect(crossingOf(errors, 0.2, false)).toBeNull()
    const falling = [10, 40].map((labels, place) => ({ labels, value: 0.5 - place / 4 }))
    expect(crossingOf(falling, 0.25, false)).toBeCloseTo(40, 10)
  })
})

describe('label more, or train more', () => {
  it('is answered at every number of labels but the last', () => {
    expect(
      sentences([
        [10, [0.5], [0.6]],
        [40, [0.7], [0.72]],
        [null, [0.9], [0.9]],
      ]),
    ).toEqual([
      'With 10 labels fine-tuning reaches 60.0 %; linear probe needs about 20 for that. Label 10 more, or take fine-tuning.',
      // 40 * 4 ** (0.02 / 0.2) = 45.9
      'With 40 labels fine-tuning reaches 72.0 %; linear probe needs about 46 for that. Label 6 more, or take fine-tuning.',
    ])
  })

  it('is nothing with one number of labels, or without a plain approach', () => {
    expect(sentences([[null, [0.5], [0.6]]])).toEqual([])
    const scratch = [plannedArm('From scratch', 'from-scratch')]
    expect(
      sentences(
        [
          [10, [0.5]],
          [40, [0.7]],
        ],
        { arms: scratch },
      ),
    ).toEqual([])
  })

  it('says where the plain approach is best itself', () => {
    expect(
      sentences([
        [10, [0.7], [0.6]],
        [40, [0.7], [0.72]],
      ]),
    ).toEqual(['With 10 labels linear probe is best: 70.0 %.'])
    expect(sentences([[1, [0.7], [0.6]], [40, [0.7], [0.72]]])).toEqual(['With 1 label linear probe is best: 70.0 %.']) // prettier-ignore
  })

  it('says where the plain approach does not get there', () => {
    expect(
      sentences([
        [10, [0.5], [0.8]],
        [null, [0.7], [0.9]],
      ]),
    ).toEqual(['With 10 labels fine-tuning reaches 80.0 %; linear probe does not get there with all 160.'])
    expect(sentences([[10, [0.5], [0.8]], [40, [0.6], [0.8]], [null, [0.7], [0.8]]])).toEqual([
      'With 10 labels fine-tuning reaches 80.0 %; linear probe does not get there with all 160.',
      'With 40 labels fine-tuning reaches 80.0 %; linear probe does not get there with all 160.',
    ]) // prettier-ignore
    // Where the study ends before all of them, nothing is said of the rest.
    expect(
      sentences([
        [10, [0.5], [0.8]],
        [40, [0.7], [0.9]],
      ]),
    ).toEqual(['With 10 labels fine-tuning reaches 80.0 %; linear probe does not get there with 40.'])
  })

  it('says nothing of what is not measured yet', () => {
    const first: [number, ...number[][]][] = [[10, [0.5], [0.8]]]
    // The plain approach with all labels may get there.
    const all = [0, 1].map((arm) => ({ arm, labels: null }))
    expect(sentences(first, { waiting: all })).toEqual([])
    expect(sentences([...first, [40, [0.7], [0.85]]], { waiting: all })).toEqual([])
    // It is not there with ten.
    expect(sentences([[null, [0.9], [0.9]]], { waiting: [0, 1].map((arm) => ({ arm, labels: 10 })) })).toEqual([])
    expect(sentences([[10, [], [0.8]], [null, [0.9], [0.9]]])).toEqual([]) // prettier-ignore
    expect(sentences([[10, [], [0.8]], [null, [0.9], [0.9]]], { waiting: [{ arm: 0, labels: 10 }] })).toEqual([]) // prettier-ignore
  })

  it('says nothing where no seed is common to what is compared', () => {
    const others = [1, 2].flatMap((arm) => measuredCell(arm - 1, 2, 0.6 + arm / 10, { labels: null }))
    const rows = rankArms({
      arms: [PROBE, TUNED],
      cells: [...measuredCells([[0.5], [0.6]], 10), ...others],
      higherIsBetter: true,
      majority: null,
    })
    expect(labelSentences({ rows, metric: 'test.accuracy', higherIsBetter: true, labelled: 160 })).toEqual([])
  })

  it('draws the curve through what is measured of it', () => {
    // From 0.5 at 10 to 0.9 at 160: halfway, on a logarithmic scale, is 40.
    expect(
      sentences(
        [
          [10, [0.5], [0.7]],
          [40, [], [0.8]],
          [null, [0.9], [0.9]],
        ],
        { waiting: [{ arm: 0, labels: 40 }] },
      ),
    ).toEqual([
      'With 10 labels fine-tuning reaches 70.0 %; linear probe needs about 40 for that. Label 30 more, or take fine-tuning.',
    ])
  })

  it('takes what trains least for plain where there is no probe, but not fresh weights', () => {
    const arms = [
      TUNED,
      plannedArm('From scratch', 'from-scratch', { parameters: { total: 10, trainable: 1 } }),
      plannedArm('Adapters', null, { parameters: { total: 1000, trainable: 50 } }),
    ]
    const curves: [number, ...number[][]][] = [
      [10, [0.6], [0.1], [0.5]],
      [40, [0.7], [0.2], [0.7]],
    ]
    expect(sentences(curves, { arms })[0]).toBe(
      'With 10 labels fine-tuning reaches 60.0 %; adapters needs about 20 for that. Label 10 more, or take fine-tuning.',
    )
  })

  it('looks for more labels, also where fewer happened to be better', () => {
    // From 0.6 at 40 to 0.9 at 160: 0.65 at 40 * 4 ** (1 / 6) = 50.4.
    expect(
      sentences([
        [10, [0.7], [0.6]],
        [40, [0.6], [0.65]],
        [null, [0.9], [0.9]],
      ])[1],
    ).toBe(
      'With 40 labels fine-tuning reaches 65.0 %; linear probe needs about 51 for that. Label 11 more, or take fine-tuning.',
    )
  })

  it('says nothing where the plain approach is as good by the seeds that can be compared', () => {
    expect(sentences([[10, [0.9, 0.1], [0.8, 0.8]], [null, [0.9], [0.9, 0.9]]])).toEqual([]) // prettier-ignore
  })

  it('takes the probe for plain only where it was measured', () => {
    const adapters = plannedArm('Adapters', null, { parameters: { total: 1000, trainable: 50 } })
    const curves: [number, ...number[][]][] = [
      [10, [], [0.6], [0.5]],
      [40, [], [0.7], [0.7]],
    ]
    const waiting = [10, 40].map((labels) => ({ arm: 0, labels }))
    expect(sentences(curves, { arms: [PROBE, TUNED, adapters], waiting })).toEqual([
      'With 10 labels fine-tuning reaches 60.0 %; adapters needs about 20 for that. Label 10 more, or take fine-tuning.',
    ])
  })

  it('reads errors the other way round', () => {
    expect(
      sentences(
        [
          [10, [0.5], [0.4]],
          [40, [0.3], [0.3]],
        ],
        { higherIsBetter: false },
      ),
    ).toEqual([
      'With 10 labels fine-tuning reaches 0.4; linear probe needs about 20 for that. Label 10 more, or take fine-tuning.',
    ])
  })

  it('gives an interval from three seeds on', () => {
    // Every seed has the same curve, so every draw crosses at the same place.
    const steady: [number, ...number[][]][] = [
      [10, [0.5, 0.5, 0.5], [0.6, 0.6, 0.6]],
      [40, [0.7, 0.7, 0.7], [0.7, 0.7, 0.7]],
    ]
    expect(sentences(steady)[0]).toContain('Label 10 more (95 %: 10 to 10), or take')
    const two = steady.map(([labels, ...lists]) => [labels, ...lists.map((list) => list.slice(1))] as const)
    expect(sentences(two.map(([labels, ...lists]) => [labels, ...lists]))[0]).toContain('Label 10 more, or take')
  })

  it('never asks for fewer labels than there are', () => {
    // With two seeds of three the probe is there at once.
    const text = sentences([
      [10, [0.9, 0.2, 0.9], [0.7, 0.7, 0.7]],
      [40, [0.9, 0.9, 0.9], [0.9, 0.9, 0.9]],
    ])[0]
    expect(text).toMatch(/\(95 %: 0 to \d+\)/)
  })

  it('goes by the seeds that all points have', () => {
    const curves: [number, ...number[][]][] = [
      [10, [0.5, 0.1], [0.6, 0.6]],
      [40, [0.7], [0.7, 0.7]],
    ]
    expect(sentences(curves)[0]).toContain('needs about 20 for that')
  })
})
