import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { averagePrecision, bestThreshold } from '../../../../src-main/base/statistics/average-precision.ts'
import { tagScores } from '../../../../src-main/base/statistics/tag-scores.ts'
import { addSample, headMetrics } from '../../../../src-main/learning/metrics/head-metrics.ts'
import { emptyTotals, evaluationTotals } from '../../../../src-main/learning/metrics/head-totals.ts'
import { chosenThresholds } from '../../../../src-main/learning/metrics/tag-metrics.ts'
import { describeHead } from '../../../../src-main/learning/network/head-info.ts'

interface Reference {
  truths: number[][]
  logits: number[][]
  thresholds: number[]
  tags: { averagePrecision: number | null; precision: number | null; recall: number | null; f1: number | null }[]
  meanAveragePrecision: number
  microF1: number
  macroF1: number
}
const path = new URL('../../../fixtures/reference/tags.json', import.meta.url)
const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference

const classes = ['a', 'b', 'c', 'd']
/** A set a sample: the place of each is the sample's own. */
const tagSets = reference.truths.map((row) => classes.flatMap((_, tag) => (row[tag] === 1 ? [tag] : [])))
const options = { name: 'seen', type: 'tags', classes, weight: 1, tagSets, thresholds: reference.thresholds } as const

describe('tags', () => {
  test('mean average precision and F1 are those of scikit-learn', () => {
    const head = describeHead(options, [...tagSets.keys()], false)
    const totals = evaluationTotals(head)
    for (const [row, logits] of reference.logits.entries()) addSample(totals, head, row, logits)
    const metrics = headMetrics(totals, head)
    for (const name of ['meanAveragePrecision', 'microF1', 'macroF1'] as const) {
      expect(metrics[name]).toBeCloseTo(reference[name], 12)
    }
  })

  test('so are precision, recall, F1 and average precision of each', () => {
    for (const [tag, expected] of reference.tags.entries()) {
      const truths = reference.truths.map((row) => row[tag]!)
      const logits = reference.logits.map((row) => row[tag]!)
      const counts = [[0, 0], [0, 0]] // prettier-ignore
      const least = Math.log(reference.thresholds[tag]! / (1 - reference.thresholds[tag]!))
      for (const [i, truth] of truths.entries()) counts[truth]![Number(logits[i]! >= least)]! += 1
      const found = { ...tagScores(counts), averagePrecision: averagePrecision(logits, truths) }
      for (const [name, value] of Object.entries(expected)) {
        const own = found[name as keyof typeof found]
        if (value === null) expect(own).toBeNull()
        else expect(own).toBeCloseTo(value, 12)
      }
    }
  })

  test('running totals of training keep no probabilities, and have no average precision', () => {
    const head = describeHead(options, [0], false)
    const totals = emptyTotals(head)
    addSample(totals, head, 0, reference.logits[0]!)
    expect(Object.keys(headMetrics(totals, head))).not.toContain('meanAveragePrecision')
    expect(totals.scores).toBeUndefined()
  })

  test('a sample without label is predicted, and does not count', () => {
    const head = describeHead(options, [0], false)
    const totals = evaluationTotals(head)
    const { loss, scores } = addSample(totals, head, NaN, [0, 100, -Math.log(3), Math.log(3)])
    expect([loss, scores]).toEqual([0, [0.5, 1, 0.25, 0.75].map((value) => expect.closeTo(value, 12))])
    expect(headMetrics(totals, head)).toEqual({})
  })

  test('weights of yes are how many lack a tag for each that has it', () => {
    const sets = [[0], [0, 1], []]
    const head = describeHead({ ...options, tagSets: sets }, [0, 0, 1, 2], true)
    expect(head.classWeights).toEqual([1 / 3, 3, 1, 1])
  })
})

describe('a threshold', () => {
  const truths = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]

  test('is where F1 is best, halfway between the scores beside it', () => {
    const scores = [0.9, 0.8, 0.7, 0.6, 0.35, 0.3, 0.2, 0.2, 0.1, 0.1]
    expect(bestThreshold(scores, truths)).toBeCloseTo((0.35 + 0.3) / 2, 12)
    // One that has it lies far below: taking the five between with it costs more than it.
    expect(bestThreshold([0.9, 0.8, 0.7, 0.6, 0.05, 0.5, 0.4, 0.3, 0.2, 0.1], truths)).toBeCloseTo(0.55, 12)
  })

  test('beats every other one', () => {
    const scores = [0.9, 0.3, 0.7, 0.45, 0.6, 0.5, 0.35, 0.2, 0.8, 0.1]
    const f1At = (threshold: number) => {
      const counts = [[0, 0], [0, 0]] // prettier-ignore
      for (const [i, truth] of truths.entries()) counts[truth]![Number(scores[i]! >= threshold)]! += 1
      return tagScores(counts).f1 ?? 0
    }
    const best = f1At(bestThreshold(scores, truths)!)
    for (let threshold = 0; threshold <= 1; threshold += 0.01) expect(best).toBeGreaterThanOrEqual(f1At(threshold))
  })

  test('is not chosen from fewer than five with or without the tag', () => {
    expect(bestThreshold([0.9, 0.8, 0.1, 0.2, 0.3, 0.4], [1, 1, 0, 0, 0, 0])).toBeNull()
    const head = describeHead(options, [0], false)
    expect(chosenThresholds(evaluationTotals(head), 4)).toEqual([null, null, null, null])
  })
})
