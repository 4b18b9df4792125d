import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ExhibitOf } from '../../src-main/contract/exhibits.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { limitLabels } from '../../src-main/learning/engine/data/label-limit.ts'
import type { LossInput } from '../../src-main/learning/engine/step/objective.ts'
import type { Scalar, Tensor } from '../../src-main/learning/runtime.ts'
import {
  mixedRows,
  pseudoLabelObjective,
} from '../../src-main/learning/strategies/self-training/pseudo-label-objective.ts'
import { keptLabels, withoutRefused } from '../../src-main/learning/strategies/self-training/self-training-round.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { withStrategy } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob } from '../support/toy-run.ts'

const { tf } = nativeRuntime()

describe('the loss', () => {
  // Rows 0 and 3 of five are labelled by hand; 1 and 4 have pseudo-labels; the batch holds 0, 1 and 4.
  const logits = [
    [2, 0, -1],
    [0.5, 1.5, 0],
    [-1, 0, 1],
  ]
  const objective = pseudoLabelObjective({ head: 0, classes: 3, rows: [1, 4], labels: [1, 0], count: 5 }, (t) => 3 * t)
  const feed = objective.feeds![0] as { values: Float32Array }
  const crossEntropy = (row: number, label: number) => {
    const z = logits[row]!
    return Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - z[label]!
  }

  function lossOf(weight: number, x: Tensor) {
    const pseudo = tf.tensor2d(
      [0, 1, 4].flatMap((row) => [...feed.values.subarray(row * 3, row * 3 + 3)]),
      [3, 3],
    )
    const input = {
      forward: () => [x],
      supervised: () => tf.scalar(crossEntropy(0, 2)),
      feeds: [[pseudo]],
      numbers: [tf.scalar(weight)],
    } as unknown as LossInput
    return objective.loss(tf, input)
  }

  test('is that of the labels plus a(t) times the mean over the pseudo-labelled rows, by hand', () => {
    const pseudo = (crossEntropy(1, 1) + crossEntropy(2, 0)) / 2
    const { loss, metrics } = lossOf(0.5, tf.tensor2d(logits))
    expect(loss.dataSync()[0]).toBeCloseTo(crossEntropy(0, 2) + 0.5 * pseudo, 5)
    expect(metrics![0]!.dataSync()[0]).toBeCloseTo(pseudo, 5)
  })

  test('its gradient to the logits is a(t) (p - y^) / 2 on pseudo-labelled rows, and none on others', () => {
    const gradient = tf
      .grad((x) => lossOf(0.5, x).loss as Scalar)(tf.tensor2d(logits))
      .arraySync() as number[][]
    const expected = [null, 1, 0].map((label, row) => {
      const sum = logits[row]!.reduce((total, z) => total + Math.exp(z), 0)
      return logits[row]!.map((z, c) => (label === null ? 0 : 0.25 * (Math.exp(z) / sum - Number(c === label))))
    })
    gradient.forEach((row, i) => row.forEach((value, c) => expect(value).toBeCloseTo(expected[i]![c]!, 5)))
  })

  test('a(t) follows the phase', () => {
    const at = { phaseEpoch: 0, phaseEpochs: 2, phaseSteps: 8, step: 0, epoch: 0, rows: [] }
    expect([0, 4, 8].map((phaseStep) => objective.numbers!({ ...at, phaseStep }))).toEqual([[0], [1.5], [3]])
  })

  test('labelled rows are repeated until they are the share that is asked for', () => {
    const pseudo = Array.from({ length: 70 }, (_, i) => 100 + i)
    expect(mixedRows([1, 2], pseudo, 0.125).filter((row) => row < 100)).toHaveLength(10)
    expect(mixedRows([1, 2], pseudo, 0).filter((row) => row < 100)).toEqual([1, 2])
    expect(mixedRows([1, 2], [], 0.5)).toEqual([1, 2])
  })
})

test('refused rows are not trained on, and labels that stay are counted', () => {
  const facts = { offered: 9, temperature: 1, calibration: null, gap: null, trueAccuracy: null }
  const first = { ...facts, rows: [3, 4, 7], labels: [0, 1, 2], confidences: [0.9, 0.8, 0.7] }
  const kept = withoutRefused(first, new Set([4, 8]))
  expect(kept).toMatchObject({ rows: [3, 7], labels: [0, 2], confidences: [0.9, 0.7] })
  expect(keptLabels(first, { ...first, rows: [3, 7, 8], labels: [0, 1, 0] })).toBe(0.5)
  expect(keptLabels(first, { ...first, rows: [8], labels: [0] })).toBeNull()
})

const asked = { rounds: 2, select: 'top-k', perClass: 5, compareSupervised: false }

async function job(more: Record<string, unknown>): Promise<TrainJob> {
  const plain = await toyJob({ strategy: 'self-training', spec: { epochs: 2, labelLimit: 24 } })
  return withStrategy(plain, { ...asked, ...more })
}

const reviews = (run: Awaited<ReturnType<typeof runToy>>) =>
  messagesOf(run, 'exhibit').flatMap(({ exhibit }) => (exhibit.kind === 'review' ? [exhibit] : []))
const table = (run: Awaited<ReturnType<typeof runToy>>) =>
  messagesOf(run, 'exhibit').find(({ exhibit }) => exhibit.id === 'self-training')!.exhibit as ExhibitOf<'table'>

test('review first: the run waits at each round, and goes on with what was kept', async () => {
  const one = await job({ review: 'before' })
  const first = await runToy(one)
  expect(first.outcome).toBe('paused')
  const [shown] = reviews(first)
  expect(shown).toMatchObject({ id: 'review.1', column: 'label' })
  expect(shown!.rows.length).toBeGreaterThan(5)
  expect(shown!.rows.map(({ confidence }) => confidence)).toEqual(
    shown!.rows.map(({ confidence }) => confidence).toSorted((a, b) => a - b),
  )
  // The labelled items and those of other splits are never suggested.
  expect(shown!.rows.every(({ itemId }) => itemId <= 60)).toBe(true)

  const kept = shown!.rows.slice(0, 4).map(({ itemId }) => itemId)
  const second = await runToy({ ...one, resume: true, reviews: { 'review.1': kept } })
  expect(second.outcome).toBe('paused')
  expect(reviews(second).map(({ id }) => id)).toEqual(['review.2'])
  // Resumed without a decision: with all of them.
  const third = await runToy({ ...one, resume: true, reviews: { 'review.1': kept } })
  expect(third.outcome).toBe('finished')
  const used = table(third).rows.map((row) => row[2])
  expect(used).toEqual([0, 4, reviews(second)[0]!.rows.length])
  expect(reviews(third)).toEqual([])
})

test('review after: suggestions of the last round; nothing accepted ends the rounds with a warning', async () => {
  const run = await runToy(await job({ review: 'after' }))
  expect(reviews(run)).toMatchObject([{ id: 'review', column: 'label' }])
  const { columns, rows } = table(run)
  expect(columns.map(({ label }) => label)).toContain('Right pseudo-labels (report only)')
  expect(rows).toHaveLength(3)

  const none = await runToy(await job({ select: 'threshold', threshold: 0.9999999, calibrate: false }))
  expect(none.outcome).toBe('finished')
  expect(table(none).words).toContain('None of')
  expect(table(none)).toMatchObject({ level: 'warn', own: 0 })
  expect(reviews(none)).toEqual([])
})

test('labels that the limit takes away change the report, never the training: as if they had never been there', async () => {
  const hidden = await job({})
  const run = await runToy(hidden)
  const blank = await job({})
  const { items, ...manifest } = JSON.parse(readFileSync(blank.manifest, 'utf8')) as Manifest
  const rows = items.flatMap(({ split, targets }, row) => (split === 'train' && targets[0] !== null ? [row] : []))
  const targets = Float64Array.from(items, (item) => item.targets[0] ?? NaN)
  const { removed } = limitLabels(rows, { limit: 24, seed: blank.spec.seed, targets, isClassification: true })
  expect(removed.length).toBeGreaterThan(30)
  for (const row of removed) items[row]!.targets = [null]
  writeFileSync(blank.manifest, JSON.stringify({ ...manifest, items }))
  const without = await runToy({ ...blank, spec: { ...blank.spec, labelLimit: null } })
  expect(without.points).toEqual(run.points)
  expect(table(without).columns.map(({ label }) => label)).not.toContain('Right pseudo-labels (report only)')
})
