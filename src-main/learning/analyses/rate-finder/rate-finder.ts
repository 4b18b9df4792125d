import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { defineParams } from '../../../contract/params.ts'
import { defineAnalysis, type Finding } from '../analysis.ts'
import { RANGE_TEST, valley } from './learning-rate-test.ts'
import { type RangeTest, rangeTest, sweptPhase } from './range-test.ts'

const params = defineParams({
  steps: {
    type: 'integer',
    label: 'Steps',
    default: RANGE_TEST.steps,
    help: 'Training steps from the smallest to the largest rate, one rate each; more give a finer curve.',
    min: 30,
    max: 1000,
  },
})

/** Learning-rate range test: the rate grows from 1e-7 to 10 in geometric steps, and the loss says where learning begins and where it
 *  breaks. Smith, WACV 2017, arXiv 1506.01186; sweep, smoothing, end and suggestion ("valley") as in fastai's lr_find. It runs the spec's own
 *  compiled step; the weights are put back, and a run of the spec is the same with or without it. */
export const rateFinder = defineAnalysis({
  type: 'rate-finder',
  label: 'Learning rate finder',
  help: 'Trains a hundred steps with ever larger learning rates and suggests one from where the loss falls fastest for longest.',
  params,
  itemLimit: () => 10_000,
  async run(run, values) {
    const { phase, isAfterHead } = sweptPhase(run)
    const test = await rangeTest(run, phase, values.steps)
    const { strategy } = run.spec
    const isUnfrozen = isAfterHead && typeof strategy['unfreezeLearningRate'] === 'number'
    const path = isUnfrozen ? 'strategy.unfreezeLearningRate' : 'optimizer.learningRate'
    const place = valley(test.smoothed, values.steps)
    const suggestion = place === null ? null : Number(test.rates[place]!.toPrecision(2))
    run.exhibit(rateExhibit(test, suggestion, phase.learningRate))
    return findingOf(test, { suggestion, path, current: phase.learningRate })
  },
})

function rateExhibit(test: RangeTest, suggestion: number | null, current: number): ExhibitInput {
  const marks = [
    ...(suggestion === null ? [] : [{ x: suggestion, label: `Suggested ${suggestion}` }]),
    { x: current, label: `Now ${current}` },
  ]
  // A few exploding steps would press the curve flat.
  const highest = 1.2 * Math.max(...test.smoothed)
  const drawn = [...test.losses.keys()].filter((i) => test.losses[i]! <= highest)
  const off = test.losses.length - drawn.length
  const further =
    off === 0 ? '' : ` Not drawn: ${off} ${off === 1 ? 'step' : 'steps'} with a loss above ${highest.toPrecision(2)}.`
  return {
    id: 'rate-finder',
    kind: 'curves',
    title: 'Loss at rising learning rates',
    words: `${wordsOf(test, suggestion, current)}${further}`,
    x: { label: 'Learning rate', log: true },
    y: { label: 'Loss' },
    series: [
      { name: 'Smoothed', x: [...test.rates], y: [...test.smoothed] },
      {
        name: 'Each step',
        x: drawn.map((i) => test.rates[i]!),
        y: drawn.map((i) => test.losses[i]!),
        style: 'points',
      },
    ],
    marks,
  }
}

function findingOf(
  test: RangeTest,
  { suggestion, path, current }: { suggestion: number | null; path: string; current: number },
): Finding {
  const best = test.smoothed.indexOf(Math.min(...test.smoothed))
  return {
    words: wordsOf(test, suggestion, current),
    facts: {
      suggestion,
      current,
      steps: test.losses.length,
      diverged: test.isDiverged,
      rateOfLowestLoss: test.rates[best] ?? null,
      lowestLoss: test.smoothed[best] ?? null,
    },
    suggestions:
      suggestion === null || suggestion === current
        ? []
        : [{ title: `Use ${suggestion}`, patch: { [path]: suggestion } }],
  }
}

function wordsOf(test: RangeTest, suggestion: number | null, current: number): string {
  if (suggestion === null) {
    return 'The loss never fell for long enough to suggest a rate: the data may be too few, or what learns too little.'
  }
  const end = test.isDiverged
    ? `It broke at ${Number((test.rates.at(-1) ?? 0).toPrecision(2))}.`
    : 'It did not break up to the largest rate.'
  const ratio = current / suggestion
  const verdict =
    ratio > 3
      ? `Yours, ${current}, is ${Math.round(ratio)} times as large.`
      : ratio < 1 / 3
        ? `Yours, ${current}, is ${Math.round(1 / ratio)} times as small.`
        : `Yours, ${current}, is near it.`
  return `The loss falls longest around a learning rate of ${suggestion}. ${end} ${verdict}`
}
