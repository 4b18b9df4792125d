import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Scalar, Tensor2D, Tf } from '../../src-main/learning/runtime.ts'
import {
  confidenceWeightedLoss,
  distillationLoss,
  type DistillationBatch,
  softLoss,
} from '../../src-main/learning/losses/distillation-loss.ts'
import { permuteDarkKnowledge, softTargets } from '../../src-main/learning/losses/soft-targets.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

interface Reference {
  student_logits: number[][]
  teacher_logits: number[][]
  labels: number[]
  cases: {
    temperature: number
    alpha_hard: number
    hard: number
    soft_times_T2: number
    loss: number
    grad_student_logits: number[][]
  }[]
}

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/distillation.json', import.meta.url), 'utf8'),
) as Reference
const CLASSES = 5
const { tf } = nativeRuntime()

function batchOf(tf: Tf, student: number[][], temperature: number, weight: number[] | null = null): DistillationBatch {
  const soft = softTargets([Float32Array.from(reference.teacher_logits.flat())], CLASSES, temperature)
  return {
    logits: tf.tensor2d(student),
    soft: tf.tensor2d(soft, [4, CLASSES]),
    target: tf.oneHot(tf.tensor1d(reference.labels, 'int32'), CLASSES).toFloat() as Tensor2D,
    weight: weight === null ? null : tf.tensor1d(weight),
  }
}

type Loss = (batch: DistillationBatch) => Scalar

function valueAndGradient(loss: Loss, temperature: number, weight: number[] | null = null) {
  return tf.tidy(() => {
    const batch = batchOf(tf, reference.student_logits, temperature, weight)
    const { value, grad } = tf.valueAndGrad((z) => loss({ ...batch, logits: z as Tensor2D }))(batch.logits)
    return { value: value.dataSync()[0]!, gradient: grad.dataSync().slice() }
  })
}

/** Central differences of the loss in every logit. */
function numericGradient(loss: Loss, temperature: number, weight: number[] | null = null): number[] {
  const step = 1e-2
  const at = (row: number, c: number, by: number) =>
    tf.tidy(() => {
      const moved = reference.student_logits.map((logits) => [...logits])
      moved[row]![c]! += by
      return loss(batchOf(tf, moved, temperature, weight)).dataSync()[0]!
    })
  return reference.student_logits.flatMap((logits, row) =>
    logits.map((_, c) => (at(row, c, step) - at(row, c, -step)) / (2 * step)),
  )
}

describe.each(reference.cases)('T $temperature, weight of the hard loss $alpha_hard', (entry) => {
  const settings = { temperature: entry.temperature, hardLossWeight: entry.alpha_hard }
  const loss: Loss = (batch) => distillationLoss(tf, batch, settings)

  test('is PyTorch’s value and gradient', () => {
    const { value, gradient } = valueAndGradient(loss, entry.temperature)
    // Both compute in float32; T^2 multiplies the rounding of a difference of logarithms near 1.
    expect(Math.abs(value - entry.loss)).toBeLessThan(3e-7 * Math.max(10, entry.temperature ** 2))
    expect(largestDifference(gradient, entry.grad_student_logits.flat())).toBeLessThan(2e-6)
  })

  test('its soft part alone is PyTorch’s, with T^2', () => {
    const soft = tf.tidy(() => {
      const batch = batchOf(tf, reference.student_logits, entry.temperature)
      return softLoss(tf, batch.logits, batch.soft, entry.temperature).dataSync()[0]!
    })
    expect(soft).toBeCloseTo(entry.soft_times_T2, 4)
  })

  test('its gradient is the numeric one', () => {
    const { gradient } = valueAndGradient(loss, entry.temperature)
    expect(largestDifference(gradient, numericGradient(loss, entry.temperature))).toBeLessThan(2e-3)
  })
})

test('by hand: two classes, T 2', () => {
  // z = (ln 4, 0), T = 2: softmax(z / 2) = (2/3, 1/3). Teacher (2 ln 3, 0): (3/4, 1/4) at T = 2.
  const [p, q] = [[3 / 4, 1 / 4], [2 / 3, 1 / 3]] // prettier-ignore
  const kl = p[0]! * Math.log(p[0]! / q[0]!) + p[1]! * Math.log(p[1]! / q[1]!)
  const teacher = softTargets([Float32Array.of(2 * Math.log(3), 0)], 2, 2)
  expect(teacher[0]).toBeCloseTo(3 / 4, 6)
  const [soft, both] = tf.tidy(() => {
    const batch = {
      logits: tf.tensor2d([[Math.log(4), 0]]),
      soft: tf.tensor2d(teacher, [1, 2]),
      target: tf.tensor2d([[0, 1]]),
      weight: null,
    }
    const settings = { temperature: 2, hardLossWeight: 0.25 }
    return [softLoss(tf, batch.logits, batch.soft, 2), distillationLoss(tf, batch, settings)].map(
      (loss) => loss.dataSync()[0]!,
    )
  })
  expect(soft).toBeCloseTo(4 * kl, 6)
  // softmax(z) = (4/5, 1/5), label 1: CE = ln 5.
  expect(both).toBeCloseTo(0.25 * Math.log(5) + 0.75 * 4 * kl, 6)
})

test('a student that answers as its teacher has soft loss 0, a teacher that is certain gives no NaN', () => {
  const [same, certain] = tf.tidy(() => {
    const own = softTargets([Float32Array.of(1, 2, 3)], 3, 3)
    const sure = softTargets([Float32Array.of(500, 0, -500)], 3, 1)
    const logits = tf.tensor2d([[1, 2, 3]])
    return [softLoss(tf, logits, tf.tensor2d(own, [1, 3]), 3), softLoss(tf, logits, tf.tensor2d(sure, [1, 3]), 1)].map(
      (loss) => loss.dataSync()[0]!,
    )
  })
  expect(same).toBeCloseTo(0, 5)
  expect(certain).toBeCloseTo(Math.log(1 + Math.E + Math.E ** 2), 5)
})

test('a term of weight 0 is not computed: without labels, or without a teacher, the other one stands', () => {
  const [soft, hard] = tf.tidy(() => {
    const [nowhere, even] = [tf.tensor2d([[NaN, NaN]]), tf.tensor2d([[0.5, 0.5]])]
    const logits = tf.tensor2d([[Math.log(4), 0]])
    const batch = { logits, weight: null }
    return [
      distillationLoss(tf, { ...batch, soft: even, target: nowhere }, { temperature: 1, hardLossWeight: 0 }),
      distillationLoss(tf, { ...batch, soft: nowhere, target: even }, { temperature: 1, hardLossWeight: 1 }),
    ].map((loss) => loss.dataSync()[0]!)
  })
  // softmax(z) = (4/5, 1/5): cross entropy ln(5/2) with (1/2, 1/2), whose own entropy is ln 2.
  expect(soft).toBeCloseTo(Math.log(5 / 2) - Math.log(2), 6)
  expect(hard).toBeCloseTo(Math.log(5 / 2), 6)
})

test('rows without a label count in the soft loss alone', () => {
  const settings = { temperature: 4, hardLossWeight: 0.1 }
  const { value } = valueAndGradient((batch) => distillationLoss(tf, batch, settings), 4, [1, 0, 1, 0])
  const ce = (row: number) => {
    const z = reference.student_logits[row]!
    return Math.log(z.reduce((sum, each) => sum + Math.exp(each), 0)) - z[reference.labels[row]!]!
  }
  const { soft_times_T2: soft } = reference.cases.find((entry) => entry.temperature === 4)!
  expect(value).toBeCloseTo(0.1 * ((ce(0) + ce(2)) / 2) + 0.9 * soft, 5)
  const none = valueAndGradient((batch) => distillationLoss(tf, batch, settings), 4, [0, 0, 0, 0])
  expect(none.value).toBeCloseTo(0.9 * soft, 5)
})

describe('CWTM', () => {
  const loss: Loss = (batch) => confidenceWeightedLoss(tf, batch)
  const confidence = reference.teacher_logits.map((z) => {
    const sum = z.reduce((total, each) => total + Math.exp(each), 0)
    return Math.exp(Math.max(...z)) / sum
  })
  const ce = reference.student_logits.map(
    (z, row) => Math.log(z.reduce((sum, each) => sum + Math.exp(each), 0)) - z[reference.labels[row]!]!,
  )

  test.each([[null], [[1, 0, 1, 1]]])(
    'weighs each label by the teacher’s confidence in the batch, weights %j',
    (weight) => {
      const { value, gradient } = valueAndGradient(loss, 1, weight)
      const used = confidence.map((each, row) => each * (weight?.[row] ?? 1))
      const total = used.reduce((sum, each) => sum + each, 0)
      expect(value).toBeCloseTo(
        ce.reduce((sum, each, row) => sum + (used[row]! / total) * each, 0),
        5,
      )
      expect(largestDifference(gradient, numericGradient(loss, 1, weight))).toBeLessThan(2e-3)
    },
  )
})

test('DKPP moves every probability but the largest, and keeps each row’s values', () => {
  const rows = 200
  const logits = Float32Array.from({ length: rows * CLASSES }, (_, i) => Math.sin(i * 7.3) * 3)
  const soft = softTargets([logits], CLASSES, 1)
  const permuted = permuteDarkKnowledge(soft, CLASSES, 3)
  const sorted = (values: Float32Array, row: number) => values.slice(row * CLASSES, (row + 1) * CLASSES).sort()
  let moved = 0
  for (let row = 0; row < rows; row++) {
    expect(sorted(permuted, row)).toEqual(sorted(soft, row))
    const own = soft.subarray(row * CLASSES, (row + 1) * CLASSES)
    const top = own.indexOf(Math.max(...own))
    expect(permuted[row * CLASSES + top]).toBe(own[top])
    if (!own.every((value, c) => permuted[row * CLASSES + c] === value)) moved += 1
  }
  // A permutation of four leaves all four in place once in 24.
  expect(moved).toBeGreaterThan(rows * 0.9)
  expect(permuteDarkKnowledge(soft, CLASSES, 3)).toEqual(permuted)
  expect(permuteDarkKnowledge(soft, CLASSES, 4)).not.toEqual(permuted)
})

test('several teachers: the mean of their probabilities, not of their logits', () => {
  const soft = softTargets([Float32Array.of(Math.log(3), 0), Float32Array.of(0, 0)], 2, 1)
  expect(soft[0]).toBeCloseTo((3 / 4 + 1 / 2) / 2, 6)
  expect(soft[0]! + soft[1]!).toBeCloseTo(1, 6)
})
