import { describe, expect, it } from 'vitest'
import { isHigherBetter } from '../../../../src-main/contract/metric-facts.ts'
import type { ArmBaseline, PlannedArm } from '../../../../src-main/contract/studies.ts'
import { rankArms } from '../../../../src-main/core/studies/rank-arms.ts'
import type { MeasuredCell } from '../../../../src-main/core/studies/measured-cell.ts'
import { crossingOf, labelSentences } from '../../../../src-main/core/studies/labels-saved.ts'
import { commonMetrics } from '../../../../src-main/core/studies/metric-choice.ts'
import { amountText, armSentence, inSentence, studySentences } from '../../../../src-main/core/studies/arm-words.ts'

const arm = (label: string, baseline: ArmBaseline | null = null, more: Partial<PlannedArm> = {}): PlannedArm => ({
  label,
  patch: {},
  baseline,
  isAdded: false,
  strategy: 'fine-tuning',
  parameters: { total: 1000, trainable: 10 },
  seconds: null,
  problems: [],
  ...more,
})
const data = { id: 'd', name: 'photos', version: 1, hash: 'h' }
const cellsOf = (values: readonly (readonly number[])[], labels: number | null = null): MeasuredCell[] =>
  values.flatMap((list, index) =>
    list.map((value, place) => ({
      arm: index,
      labels,
      seed: place + 1,
      value,
      seconds: 10 * (index + 1),
      epochs: 5,
      dataset: data,
    })),
  )
const metric = 'test.accuracy'

describe('judging', () => {
  // SciPy 1.17: ttest_rel(a, b) p = 0.0012949, ttest_rel(a, c) p = 0.7926; half width of a - b 0.0110.
  const a = [0.912, 0.934, 0.921, 0.917, 0.94]
  const b = [0.881, 0.897, 0.9, 0.889, 0.903]
  const c = [0.91, 0.935, 0.925, 0.912, 0.938]
  const arms = [arm('Fine-tuning'), arm('Linear probe', 'linear-probe'), arm('DANN', null, { strategy: 'dann' })]
  const rows = rankArms({ arms, cells: cellsOf([a, b, c]), higherIsBetter: true, majority: 0.1 })
  const context = { metric, arms, rows }

  it('ranks by the mean and compares in pairs, corrected over both comparisons', () => {
    expect(rows.map((row) => row.label)).toEqual(['Fine-tuning', 'DANN', 'Linear probe'])
    const [, dann, probe] = rows
    expect(probe?.againstLeader).toMatchObject({ arm: 0, seeds: 5, verdict: 'worse', pRank: 0.0625 })
    expect(probe?.againstLeader?.p).toBeLessThan(0.01)
    expect(probe?.againstLeader?.pHolm).toBeCloseTo(2 * (probe?.againstLeader?.p ?? NaN), 12)
    expect(dann?.againstLeader).toMatchObject({ verdict: 'unclear' })
    expect(dann?.againstLeader?.pHolm).toBe(dann?.againstLeader?.p)
  })

  it('says it in one sentence an arm', () => {
    const [leader, dann, probe] = rows.map((row) => armSentence(row, context))
    expect(leader).toMatch(/^Fine-tuning leads DANN by 0\.1 ± 0\.\d points over 5 seeds, which may be chance\.$/)
    expect(dann).toMatch(/^DANN is within chance of fine-tuning .*, and beats linear probe by 3\.0 ± \d\.\d points\.$/)
    expect(probe).toMatch(/^Linear probe trails fine-tuning by 3\.1 ± \d\.\d points over 5 seeds\.$/)
  })

  it('holds adaptation against the source alone', () => {
    const adapted = [arm('DANN', null, { strategy: 'dann' }), arm('Source only', 'source-only')]
    const ranked = rankArms({ arms: adapted, cells: cellsOf([c, a]), higherIsBetter: true, majority: null })
    const sentences = studySentences({ metric, arms: adapted, rows: ranked }, null)
    expect(sentences.at(-1)).toMatch(/^DANN is not better than source only \(−0\.1 ± 0\.\d points\)\.$/)
  })

  it('turns differences around where less is better', () => {
    const ranked = rankArms({ arms, cells: cellsOf([a, b, c]), higherIsBetter: false, majority: null })
    expect(ranked[0]?.label).toBe('Linear probe')
    expect(ranked.at(-1)?.againstLeader?.difference).toBeLessThan(0)
    expect(ranked.at(-1)?.againstLeader?.verdict).toBe('worse')
  })

  it('warns of transfer that hurts only beyond the interval', () => {
    const both = [arm('Fine-tuning'), arm('From scratch', 'from-scratch')]
    const hurt = rankArms({ arms: both, cells: cellsOf([b, a]), higherIsBetter: true, majority: null })
    expect(hurt.map((row) => row.hurts)).toEqual([false, true])
    const noise = rankArms({
      arms: both,
      cells: cellsOf([
        [0.8, 0.95, 0.7],
        [0.85, 0.8, 0.9],
      ]),
      higherIsBetter: true,
      majority: null,
    })
    expect(noise.map((row) => row.hurts)).toEqual([false, false])
  })

  it('ranks by the seeds that all arms have: one that others lack does not decide', () => {
    const both = [arm('Fine-tuning'), arm('From scratch', 'from-scratch')]
    const cells = cellsOf([[0.95, 0.6], [0.9]])
    const early = rankArms({ arms: both, cells, higherIsBetter: true, majority: null })
    expect(early.map((row) => [row.label, row.rank, row.values.length])).toEqual([
      ['Fine-tuning', 1, 2],
      ['From scratch', 2, 1],
    ])
    expect(armSentence(early[0]!, { metric, arms: both, rows: early })).toBe(
      'Fine-tuning is 5.0 points ahead of from scratch with 1 seed: not a proof.',
    )
  })

  it('pairs only the seeds that both have, and leaves unmeasured arms unranked', () => {
    const cells = cellsOf([a, b, c]).filter((cell) => cell.arm !== 1 || cell.seed < 4)
    const left = rankArms({
      arms,
      cells: cells.map((one) => (one.arm === 2 ? { ...one, value: null } : one)),
      higherIsBetter: true,
      majority: null,
    })
    expect(left.map((row) => [row.label, row.rank])).toEqual([
      ['Fine-tuning', 1],
      ['Linear probe', 2],
      ['DANN', null],
    ])
    expect(left[1]?.againstLeader?.seeds).toBe(3)
    expect(left[2]?.mean).toBeNull()
  })
})

describe('labels', () => {
  it('are read off between two points on a logarithmic scale', () => {
    const points = [
      { labels: 10, value: 0.5 },
      { labels: 40, value: 0.7 },
    ]
    expect(crossingOf(points, 0.6, true)).toBeCloseTo(20, 10)
    expect(crossingOf(points, 0.4, true)).toBe(10)
    expect(crossingOf(points, 0.8, true)).toBeNull()
  })

  it('answer "label more, or fine-tune?"', () => {
    const arms = [arm('Linear probe', 'linear-probe'), arm('Fine-tuning')]
    const at = (probe: number, tuned: number, labels: number) =>
      cellsOf(
        [
          [probe, probe + 0.01, probe - 0.01],
          [tuned + 0.01, tuned, tuned - 0.01],
        ],
        labels,
      )
    const cells = [...at(0.5, 0.6, 10), ...at(0.7, 0.72, 40), ...at(0.8, 0.8, 160)]
    const rows = rankArms({ arms, cells, higherIsBetter: true, majority: null })
    const sentences = labelSentences({ rows, metric, higherIsBetter: true, labelled: 160 })
    expect(sentences[0]).toMatch(
      /^With 10 labels fine-tuning reaches 60\.0 %; linear probe needs about 20 for that\. Label 10 more \(95 %: \d+ to \d+\), or take fine-tuning\.$/,
    )
    expect(sentences).toHaveLength(2)
  })
})

describe('words and measures', () => {
  it('give differences in points, others in their own unit', () => {
    expect(amountText('test.accuracy', 0.0312, 0.008)).toBe('3.1 ± 0.8 points')
    expect(amountText('test.loss', -0.0312, null)).toBe('0.031')
    expect([inSentence('Fine-tuning'), inSentence('DANN'), inSentence('L2-SP')]).toEqual([
      'fine-tuning',
      'DANN',
      'L2-SP',
    ])
  })

  it('judge by what all have: a target domain before the test split, accuracy before loss', () => {
    const first = ['test.loss', 'train.loss', 'test.accuracy', 'target.accuracy', 'learningRate', 'test.kind.accuracy']
    expect(commonMetrics([first, first])).toEqual([
      'target.accuracy',
      'test.accuracy',
      'test.kind.accuracy',
      'test.loss',
      'train.loss',
    ])
    expect(commonMetrics([first, ['test.loss']])).toEqual(['test.loss'])
    expect(commonMetrics([])).toEqual([])
    expect([isHigherBetter('test.r2'), isHigherBetter('test.loss')]).toEqual([true, false])
  })
})
