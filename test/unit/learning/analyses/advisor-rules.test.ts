import { describe, expect, test } from 'vitest'
import {
  furtherRules,
  type Measurements,
  patchOf,
  QUADRANTS,
  similarityOf,
  sizeOf,
} from '../../../../src-main/learning/analyses/advisor/advisor-rules.ts'
import { describeAdvice, type EarlierProbe } from '../../../../src-main/learning/analyses/advisor/advisor-report.ts'
import { catalog } from '../../../../src-main/learning/catalog.ts'

const measured: Measurements = {
  labelled: 300,
  unlabelled: 0,
  perClass: 30,
  headParameters: 3000,
  probe: 0.95,
  randomProbe: 0.6,
  logMe: 1,
  randomLogMe: 0.5,
  distance: null,
}

describe('size', () => {
  test.each([
    ['few per class', { perClass: 49, labelled: 490 }, 'small'],
    ['many per class', { perClass: 501, labelled: 5010 }, 'large'],
    ['between, more than the head has parameters', { perClass: 200, labelled: 4000 }, 'large'],
    ['between, fewer', { perClass: 200, labelled: 2000 }, 'small'],
  ])('%s', (_, more, size) => {
    expect(sizeOf({ ...measured, ...more }).size).toBe(size)
  })
})

describe('similarity', () => {
  test('trained weights that take away half of the errors of random ones know the domain', () => {
    expect(similarityOf({ ...measured, probe: 0.8 })).toMatchObject({
      similarity: 'similar',
      knows: expect.closeTo(0.5, 9),
    })
    expect(similarityOf({ ...measured, probe: 0.79 }).similarity).toBe('different')
  })

  test('near domains are similar even where probes do not tell', () => {
    expect(similarityOf({ ...measured, probe: 0.62, distance: 0.6 }).similarity).toBe('similar')
    expect(similarityOf({ ...measured, probe: 0.62, distance: 1.8 }).similarity).toBe('different')
  })

  test('random weights that fit as well by LogME rule it out', () => {
    expect(similarityOf({ ...measured, logMe: 0.5 }).similarity).toBe('different')
  })

  test('without a sample of the base’s data it says that the probes decide', () => {
    expect(similarityOf(measured).why).toContain('the probes decide')
    expect(similarityOf({ ...measured, distance: 1.2 }).why).toContain('1.20 of 2')
  })
})

describe('patches', () => {
  test('each quadrant makes a spec; small and different cuts at the earlier block', () => {
    expect(patchOf('small-similar', null)).toMatchObject({ strategy: { type: 'feature-extraction' }, cut: null })
    expect(patchOf('small-different', 'block2_add')).toMatchObject({ cut: 'block2_add', freeze: { all: true } })
    expect(patchOf('large-similar', null)).toMatchObject({
      strategy: { type: 'fine-tuning', unfreezeLearningRate: 1e-4 },
      freeze: null,
    })
    expect(patchOf('large-different', null)).toMatchObject({ strategy: { type: 'fine-tuning', trainBatchNorm: true } })
  })

  test('strategies and fields that rules name exist', () => {
    const { strategies } = catalog()
    const patches = [
      ...(Object.keys(QUADRANTS) as (keyof typeof QUADRANTS)[]).map((quadrant) => patchOf(quadrant, null)),
      ...furtherRules('small', { labelled: 10, unlabelled: 1000 }, { megabytes: 20, limit: 5, base: 'run:a' }).map(
        ({ patch }) => patch,
      ),
      { strategy: { type: 'dann', target: 'x' } },
    ]
    for (const { strategy } of patches) {
      const { type, ...fields } = strategy as Record<string, unknown>
      const row = strategies.find((each) => each.type === type)
      expect(row, String(type)).toBeDefined()
      for (const name of Object.keys(fields)) expect(row!.fields.map((field) => field.name)).toContain(name)
    }
  })

  test('many unlabelled items, and a model that is too large', () => {
    const words = furtherRules('small', { labelled: 10, unlabelled: 50 }, { megabytes: 20, limit: 5, base: 'b' }).map(
      (rule) => rule.words,
    )
    expect(words[0]).toContain('self-training')
    expect(words[1]).toContain('Train it first')
    expect(furtherRules('large', { labelled: 10, unlabelled: 50 }, { megabytes: 20, limit: null, base: 'b' })).toEqual(
      [],
    )
  })
})

describe('a trial', () => {
  const score = { accuracy: 0.9, error: 0.01, folds: 5 }
  const sample = { head: 'label', rows: [1, 2], labels: [0, 1], classes: 2, leftOut: [] }
  const faster = { words: 'int8 is faster.', title: 'Compute features in int8', patch: { prefixPrecision: 'int8' } }
  const advise = (size: 'small' | 'large', probe: number, fineTuned: number, earlier: readonly EarlierProbe[] = []) =>
    describeAdvice({
      measured,
      probe: score,
      randomProbe: score,
      sample,
      size: { size, why: 'w' },
      similarity: { similarity: 'similar', knows: 0.8, why: 'w' },
      earlier,
      trial: { probe, fineTuned, error: 0.05, heldOut: 100, epochs: 4, seconds: 60 },
      model: { megabytes: 1, limit: null, base: 'b' },
      layer: 'features',
      precision: faster,
    }).finding

  test('a number format that was measured is a further suggestion, but not where the network is cut earlier', () => {
    const { words, suggestions } = advise('small', 0.8, 0.84)
    expect(words).toContain(faster.words)
    expect(suggestions.at(-1)).toEqual({ title: faster.title, patch: faster.patch })
    const probes = [
      { layer: 'features', accuracy: 0.7 },
      { layer: 'block3', accuracy: 0.8 },
    ]
    expect(advise('small', 0.8, 0.84, probes).words).not.toContain(faster.words)
  })

  test('overrules the rule beyond its error, and says so; the rule stays the second suggestion', () => {
    const { words, suggestions, facts } = advise('small', 0.8, 0.9)
    expect(words).toContain('the trial overrules the rule')
    expect(facts['isOverruled']).toBe(true)
    expect(suggestions.slice(0, 2).map(({ patch }) => (patch['strategy'] as { type: string }).type)).toEqual([
      'fine-tuning',
      'feature-extraction',
    ])
    expect(advise('large', 0.9, 0.8).suggestions[0]!.title).toContain('probe')
  })

  test('within its error it does not', () => {
    expect(advise('small', 0.8, 0.84).facts['isOverruled']).toBe(false)
    expect(advise('large', 0.8, 0.9).words).toContain('does not speak against the rule')
  })
})
