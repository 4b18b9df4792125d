import { describe, expect, test } from 'vitest'
import { ExperimentSpec, type ExperimentSpecInput } from '../../../../../src-main/contract/spec.ts'
import type { Manifest } from '../../../../../src-main/contract/trainer.ts'
import type { TrainingData } from '../../../../../src-main/learning/engine/data/training-data.ts'
import type { StagedRun } from '../../../../../src-main/learning/engine/run/staged-run.ts'
import {
  confidenceGap,
  unlabelledPool,
} from '../../../../../src-main/learning/strategies/common/pseudo-labels/unlabelled-pool.ts'
import { doubtWords } from '../../../../../src-main/learning/strategies/self-training/history-exhibits.ts'
import { selectionDoubts } from '../../../../../src-main/learning/strategies/common/pseudo-labels/select-pseudo-labels.ts'
import { requireSamples } from '../../../../../src-main/learning/strategies/self-training/self-training-checks.ts'
import { selfTraining } from '../../../../../src-main/learning/strategies/self-training/self-training.ts'
import type { PreflightContext } from '../../../../../src-main/learning/strategies/strategy.ts'

const CLASSES = ['cat', 'dog', 'fox']
const HEADS: Manifest['heads'] = [{ name: 'kind', column: 'kind', type: 'classification', classes: CLASSES }]

interface Facts {
  counts?: number[]
  train?: number
  validation?: number
  heads?: Manifest['heads']
  spec?: Partial<ExperimentSpecInput>
}

function problems({ counts = [20, 20, 20], train = 500, validation = 50, heads = HEADS, spec = {} }: Facts = {}) {
  const parsed = ExperimentSpec.parse({ dataset: 'd', base: 'lenet', strategy: { type: 'self-training' }, ...spec })
  const { type: _type, ...values } = parsed.strategy
  const context = {
    spec: parsed,
    heads,
    dataset: {
      name: 'd',
      kind: 'image',
      splitCounts: { train, validation, test: 50 },
      labelColumns: [{ name: 'kind', type: 'classification', classes: CLASSES }],
      classCounts: { kind: counts },
    },
  } as unknown as PreflightContext
  return selfTraining.check!(context, selfTraining.params.schema.parse(values))
}

const found = (facts?: Facts) => problems(facts).map(({ level, code }) => `${level} ${code}`)
const withStrategy = (more: Record<string, unknown>) => ({ spec: { strategy: { type: 'self-training', ...more } } })

describe('before a run of self-training', () => {
  test('nothing is wrong with labels of every class and unlabelled items', () => expect(found()).toEqual([]))

  test('a class without a label blocks', () => {
    expect(found({ counts: [20, 0, 20] })).toEqual(['block pseudo-class-missing'])
    expect(problems({ counts: [20, 0, 20] })[0]!.message).toContain('dog')
  })

  test('so does a label limit below the number of classes, with a fix', () => {
    const [problem] = problems({ spec: { labelLimit: 2 } })
    expect(problem).toMatchObject({ level: 'block', code: 'pseudo-class-missing', fix: { patch: { labelLimit: 3 } } })
  })

  test('nothing unlabelled blocks, and a label limit is offered', () => {
    const [problem] = problems({ train: 60 })
    expect(problem).toMatchObject({ level: 'block', code: 'pseudo-no-unlabelled', fix: { patch: { labelLimit: 6 } } })
    expect(found({ train: 60, spec: { labelLimit: 30 } })).toEqual([])
  })

  test('a threshold that can accept nothing blocks, one that accepts everything warns', () => {
    expect(found(withStrategy({ threshold: 1 }))).toEqual(['block pseudo-threshold'])
    expect(found(withStrategy({ threshold: 0.33 }))).toEqual(['warn pseudo-threshold'])
    expect(found(withStrategy({ threshold: 1, select: 'top-k' }))).toEqual([])
    expect(problems(withStrategy({ threshold: 1 }))[0]!.fix?.patch).toEqual({ 'strategy.threshold': 0.95 })
  })

  test('few labels of a class warn, and a review first is offered', () => {
    const [problem] = problems({ counts: [20, 4, 20] })
    expect(problem).toMatchObject({ level: 'warn', code: 'pseudo-few-labels' })
    expect(problem!.fix?.patch).toEqual({ 'strategy.review': 'before' })
    expect(found({ spec: { labelLimit: 9 } })).toEqual(['warn pseudo-few-labels'])
  })

  test('no validation split warns', () => expect(found({ validation: 0 })).toEqual(['warn pseudo-no-validation']))

  test('heads: none for classes blocks, several warn', () => {
    const regression = { name: 'age', column: 'age', type: 'regression' as const, classes: [] }
    expect(found({ heads: [regression] })).toEqual(['block pseudo-no-classes'])
    expect(found({ heads: [...HEADS, regression] })).toEqual(['warn pseudo-one-head'])
  })
})

describe('what only the run can see', () => {
  const data = (labels: number[]) =>
    ({
      hashes: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      rows: { train: labels.map((_, i) => i), validation: [3], test: [4] },
      unlabelled: [5, 6],
      targets: [Float64Array.from([...labels, ...new Array<number>(7 - labels.length).fill(NaN)])],
    }) as unknown as TrainingData
  const run = (labels: number[]) =>
    ({ main: { heads: [{ name: 'kind', classes: CLASSES }], data: data(labels) } }) as unknown as StagedRun

  test('unlabelled copies of test and validation items are left out', () => {
    const hashes = ['a', 'b', 'c', 'd', 'e', 'e', 'g']
    expect(unlabelledPool({ ...data([0, 1, 2]), hashes })).toEqual({ rows: [6], held: 1 })
    expect(unlabelledPool({ ...data([0, 1, 2]), hashes: ['a', 'b', 'c', 'd', 'e', 'd', 'e'] }).rows).toEqual([])
  })

  test('a class that the label limit left without a label, and an empty pool, end the run with words', () => {
    const pool = { rows: [5, 6], held: 0 }
    expect(() => requireSamples(run([0, 1, 2]), 0, pool)).not.toThrow()
    expect(() => requireSamples(run([0, 1, 1]), 0, pool)).toThrow(/none of fox/)
    expect(() => requireSamples(run([0, 1, 2]), 0, { rows: [], held: 2 })).toThrow(/2 are copies/)
  })

  test('unlabelled rows that the model is far less certain of are told', () => {
    const guess = (confidence: number) => ({ label: 0, confidence })
    const gap = confidenceGap([guess(0.9), guess(0.8)], [guess(0.6), guess(0.5)])
    expect(gap).toBeCloseTo(0.3, 12)
    expect(confidenceGap([], [guess(0.5)])).toBeNull()
    const round = { rows: [5], labels: [0], confidences: [0.6], offered: 2, temperature: 1, calibration: null }
    const none = selectionDoubts([2, 1, 1], { offered: 9, labelled: [2, 1, 1], rule: { kind: 'all' } })
    expect(doubtWords(none, { ...round, gap, trueAccuracy: null }, CLASSES)).toEqual([
      expect.stringContaining('30 points less certain'),
    ])
    expect(doubtWords(none, { ...round, gap: 0.05, trueAccuracy: null }, CLASSES)).toEqual([])
  })

  test('nothing, everything, an absent and a crowding class are told', () => {
    const round = { rows: [], labels: [], confidences: [], offered: 50, temperature: 1, calibration: null }
    const words = (counts: number[], offered = 50) => {
      const rule = { kind: 'threshold', tau: 0.95 } as const
      const doubts = selectionDoubts(counts, { offered, labelled: [5, 5, 5], rule })
      return doubtWords(doubts, { ...round, gap: null, trueAccuracy: null }, CLASSES).join(' ')
    }
    expect(words([0, 0, 0])).toContain('None of 50')
    expect(words([17, 17, 16])).toContain('More than 99 %')
    expect(words([30, 8, 0], 100)).toMatch(/No pseudo-label is fox.*79 % of the pseudo-labels are cat/)
  })
})
