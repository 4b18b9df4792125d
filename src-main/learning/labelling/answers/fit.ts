import { packNumbers, unpackInt32 } from '../../../base/packed-numbers.ts'
import { seededRandom, shuffle } from '../../../base/seeded-random.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { Answer, LabellerContext } from '../labeller-context.ts'
import { calibrate } from '../head/calibrate.ts'
import type { Descent, Standing } from '../head/descent.ts'
import { fitHead } from '../head/fit-head.ts'
import { answersForAll, scoresOfRows } from '../head/head-scores.ts'
import { holdOut } from '../head/hold-out.ts'
import type { HeldOutDescent } from '../held-head.ts'
import { startFrom } from '../head/start-from.ts'

/** Multiplications of one pass over the labelled rows that a millisecond of the budget pays for. Beyond, labels are drawn by the seed: a pass
 *  over 50,000 labels of 100 classes takes longer than a person waits. */
const PRODUCTS_PER_MS = 10 ** 7
/** Of the budget, for fitting, where the answers for all rows take long. */
const LEAST_SHARE = 0.4
/** Share of the first gradient. */
const NEAR = 0.05
/** Of the time for fitting, where a second head is fitted for the calibration. */
const FIRST_SHARE = 0.6

interface Labels {
  readonly rows: readonly number[]
  /** Per row, its place in `present`. */
  readonly targets: Int32Array
  /** Classes that have labels, ascending. */
  readonly present: readonly number[]
}

/** Fits the head to the labels and says what it thinks of every row. It goes on from the last head: after one more label a few
 *  iterations are enough. Where the time is used before it has converged, asking again with the same labels goes on.
 *  Deterministic for a seed as far as it converges: what a time allows depends on the computer. */
export const fit: Answer<'fit'> = (context, question) => {
  const started = performance.now()
  const { classes, budgetMs, seed } = question
  const labels = labelsOf(unpackInt32(question.labels))
  const { features, head: last } = context
  const { present } = labels
  if (present.length < 2) throw tooFewClasses(present.length)
  const used = drawn(labels, (budgetMs * PRODUCTS_PER_MS) / (features.columns * present.length), seed)
  const heldOut = holdOut(used.rows, used.targets, { items: features.rows, outputs: present.length, seed })
  const end = started + Math.max(budgetMs * LEAST_SHARE, budgetMs - (last?.predictMs ?? 0))
  const firstEnd = heldOut.size === 0 ? end : started + FIRST_SHARE * (end - started)
  const whole = fitTo(context, used, last?.whole ?? null, firstEnd)
  // Out of time already: what was known of the calibration stands, and there is more to do.
  const isLate = heldOut.size > 0 && performance.now() >= end
  const part = isLate ? keptPart(context, present) : heldOut.size === 0 ? null : fitWithout(context, used, heldOut, end)
  const calibration = part?.calibration ?? null
  const temperature = calibration?.reliability.temperature ?? 1
  const predicting = performance.now()
  const answers = answersForAll(context, whole.x, present, temperature)
  const predictMs = performance.now() - predicting
  context.head = {
    classes,
    present,
    parameters: whole.x,
    whole,
    part,
    temperature,
    ...answers,
    predictMs,
  }
  return Promise.resolve({
    kind: 'fit',
    labelled: labels.rows.length,
    classesInUse: present.length,
    used: used.rows.length,
    milliseconds: performance.now() - started,
    isConverged: whole.isConverged && !isLate && (part?.isConverged ?? true),
    accuracy: calibration?.accuracy ?? null,
    reliability: calibration?.reliability ?? null,
    best: packNumbers(answers.best),
    confidence: packNumbers(answers.confidence),
    margin: packNumbers(answers.margin),
  })
}

function labelsOf(labels: Int32Array): Labels {
  const rows: number[] = []
  labels.forEach((label, row) => void (label >= 0 && rows.push(row)))
  const present = [...new Set(rows.map((row) => labels[row]!))].sort((a, b) => a - b)
  const places = new Map(present.map((label, place) => [label, place]))
  return { rows, present, targets: Int32Array.from(rows, (row) => places.get(labels[row]!)!) }
}

/** At most so many of the labels, drawn from all; one of each class at least. */
function drawn(labels: Labels, most: number, seed: number): Labels {
  const { rows, targets, present } = labels
  if (rows.length <= most) return labels
  const order = shuffle([...rows.keys()], seededRandom(seed, 'labels of a fit'))
  const firsts = new Set(present.map((_, target) => order.find((place) => targets[place] === target)!))
  const rest = order.filter((place) => !firsts.has(place)).slice(0, Math.max(0, Math.floor(most) - firsts.size))
  const places = [...firsts, ...rest].sort((a, b) => a - b)
  return { present, rows: places.map((place) => rows[place]!), targets: Int32Array.from(places, (place) => targets[place]!) } // prettier-ignore
}

function fitTo(
  context: LabellerContext,
  { rows, targets, present }: Labels,
  last: Standing | null,
  until: number,
): Descent {
  const from = startFrom(last, context.head?.present ?? [], present, context.features.columns)
  return fitHead(context, { rows, targets, outputs: present.length, from, until })
}

/** Of a head that never saw the held-out labels. Until it has come near its minimum once, it says little of the head that answers, and
 *  nothing is told. */
function fitWithout(
  context: LabellerContext,
  labels: Labels,
  heldOut: ReadonlySet<number>,
  until: number,
): HeldOutDescent {
  const { rows, targets, present } = labels
  const pick = (places: readonly number[]) => ({
    present,
    rows: places.map((place) => rows[place]!),
    targets: Int32Array.from(places, (place) => targets[place]!),
  })
  const seen = pick([...rows.keys()].filter((place) => !heldOut.has(place)))
  const unseen = pick([...heldOut])
  const descent = fitTo(context, seen, context.head?.part ?? null, until)
  const isNear = descent.isConverged || descent.steepness < NEAR
  if (!isNear && (context.head?.part?.calibration ?? null) === null) return { ...descent, calibration: null }
  const logits = scoresOfRows(context, descent.x, present.length, unseen.rows)
  return { ...descent, calibration: calibrate({ logits, classes: present.length, labels: [...unseen.targets] }) }
}

function keptPart({ head }: LabellerContext, present: readonly number[]): HeldOutDescent | null {
  return head !== null && String(head.present) === String(present) ? head.part : null
}

function tooFewClasses(present: number): GraftError {
  const received = present === 0 ? 'There are no labels' : 'There are labels of one class only'
  return new GraftError('E_DATASET_UNUSABLE', `Expected labels of at least two classes. ${received}.`, {
    fix: 'Label items of at least two classes.',
  })
}
