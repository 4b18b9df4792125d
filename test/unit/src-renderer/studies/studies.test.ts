import type { Catalog } from '@contract/models.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { StudyDetail } from '@contract/studies.ts'
import { describe, expect, it } from 'vitest'
import { labelSeries } from '../../../../src-renderer/features/studies/label-series.ts'
import {
  frontierOf,
  intervalEnds,
  placeOn,
  scaleOf,
  ticksOf,
} from '../../../../src-renderer/features/studies/plot-scale.ts'
import {
  adopted,
  armChoices,
  newDraft,
  parseLabels,
  studyOf,
} from '../../../../src-renderer/features/studies/study-draft.ts'
import {
  armPrecision,
  differenceText,
  halfText,
  pText,
  runsText,
} from '../../../../src-renderer/features/studies/study-text.ts'

const spec: ExperimentSpecInput = {
  name: 'mine',
  dataset: 'photos',
  datasetVersion: 3,
  base: 'net',
  strategy: { type: 'distillation', teacher: 'run:a' },
  freeze: { all: true },
  epochs: 7,
}
const variant = (type: string, label: string) => ({ type, label, help: '', fields: [] })
const catalog = {
  strategies: [
    variant('feature-extraction', 'Feature extraction'),
    variant('fine-tuning', 'Fine-tuning'),
    variant('distillation', 'Knowledge distillation'),
  ],
  presets: [
    { id: 'feature-extraction', label: 'Feature extraction', help: '', patch: {} },
    { id: 'fine-tune-all', label: 'Fine-tune everything', help: '', patch: {} },
  ],
} as unknown as Catalog
const choices = armChoices(catalog)

describe('the dialog', () => {
  it('offers the bench, recipes, and strategies that no recipe stands for', () => {
    expect(choices.map(({ id }) => id)).toEqual([
      'bench',
      'preset:feature-extraction',
      'preset:fine-tune-all',
      'strategy:distillation',
    ])
  })

  it('makes the study that was ticked; a strategy that is on the bench keeps its settings', () => {
    const draft = {
      ...newDraft(spec),
      chosen: ['bench', 'preset:fine-tune-all', 'strategy:distillation'],
      seeds: '1, 4',
    }
    const forms = { 'strategy:distillation': { temperature: 4 } }
    expect(studyOf({ ...draft, forms }, spec, { choices, blocks: [] })).toMatchObject({
      kind: 'tournament',
      arms: [
        { label: 'Bench: mine', patch: {} },
        { label: 'Fine-tune everything', preset: 'fine-tune-all' },
        { patch: { strategy: { type: 'distillation', teacher: 'run:a', temperature: 4 } } },
      ],
      seeds: [1, 4],
      budget: { kind: 'epochs', epochs: 7 },
      baselines: ['majority', 'from-scratch', 'linear-probe', 'source-only'],
    })
  })

  it('sweeps all blocks, or those that stay ticked', () => {
    const blocks = ['a', 'b', 'c'].map((label) => ({ label, patch: { freeze: { upTo: label } }, baseline: null }))
    const draft = newDraft(spec, 'freeze-sweep')
    expect(studyOf(draft, spec, { choices, blocks })).toMatchObject({ arms: [] })
    expect(studyOf({ ...draft, skipped: ['b'] }, spec, { choices, blocks })).toMatchObject({
      arms: [{ label: 'a' }, { label: 'c' }],
    })
    expect(studyOf({ ...draft, skipped: ['a', 'b', 'c'] }, spec, { choices, blocks })).toMatch(/at least one block/)
  })

  it('says what is missing', () => {
    expect(studyOf({ ...newDraft(spec), chosen: [] }, spec, { choices, blocks: [] })).toMatch(/at least one strategy/)
    expect(studyOf({ ...newDraft(spec), seeds: 'x' }, spec, { choices, blocks: [] })).toMatch(/not a seed/)
    expect(parseLabels('10, all 10')).toEqual([10, null])
    expect(parseLabels('ten')).toMatch(/no number of labels/)
    expect(parseLabels('0')).toMatch(/no number of labels/)
  })

  it('adopts an arm on the newest data', () => {
    expect(adopted(spec, { label: 'Frozen up to a', patch: { freeze: { upTo: 'a' }, cut: null } })).toEqual({
      name: 'Frozen up to a',
      dataset: 'photos',
      base: 'net',
      strategy: { type: 'distillation', teacher: 'run:a' },
      freeze: { upTo: 'a' },
      epochs: 7,
    })
  })
})

describe('words', () => {
  const one = { arm: 0, seeds: 3, difference: -0.031, half: 0.0082, p: 0.01, pHolm: 0.02, pRank: 0.25 } as const
  it('give differences in points with their sign', () => {
    expect(differenceText('test.accuracy', { ...one, verdict: 'worse' })).toBe('−3.1 ± 0.8 points')
    expect(differenceText('test.loss', { ...one, half: null, verdict: 'unclear' })).toBe('−0.031')
    expect(differenceText('test.accuracy', { ...one, difference: -1e-5, verdict: 'unclear' })).toBe('0.0 ± 0.8 points')
    expect(halfText('test.accuracy', null)).toBe('')
  })
  it('give p as papers do', () => {
    expect([pText(0.0301), pText(0.0002), pText(1), pText(null)]).toEqual(['p .030', 'p < .001', 'p 1.000', ''])
  })
  it('count runs', () => {
    const runs = { total: 12, finished: 5, failed: 2, running: 1, queued: 4 }
    expect(runsText({ runs })).toBe('5 of 12 runs, 2 failed')
  })
})

describe('plots', () => {
  it('leave a little room, and stay within what a share can be', () => {
    expect(scaleOf([0.5, 1], { share: true })).toEqual({ from: 0.47, to: 1, log: false })
    const log = scaleOf([100, 10_000], { log: true })
    expect(log.from).toBeLessThan(100)
    expect(placeOn(log, 1000)).toBeCloseTo(0.5, 10)
    expect(scaleOf([], {})).toEqual({ from: 0, to: 1, log: false })
    expect(scaleOf([3], {}).to).toBeGreaterThan(3)
  })

  it('are not stretched by an interval of many times their range', () => {
    const intervals = [
      { mean: 0.5, half: 0.02 },
      { mean: 0.7, half: 40 },
      { mean: 0.6, half: null },
    ]
    expect(intervalEnds(intervals, []).map((value) => Number(value.toFixed(6)))).toEqual([
      0.48, 0.52, 0.5, 0.9, 0.6, 0.6,
    ])
    expect(intervalEnds([{ mean: 1, half: 3 }], [])).toEqual([-2, 4])
  })

  it('tick at round values', () => {
    expect(ticksOf({ from: 0.47, to: 1, log: false }, 5)).toEqual([0.6, 0.8, 1])
    expect(ticksOf({ from: 90, to: 11_000, log: true }, 4)).toEqual([100, 300, 1000, 3000, 10_000])
    expect(ticksOf({ from: 1.1, to: 1.9, log: true }, 4)).toEqual([1.2, 1.4, 1.6, 1.8])
  })

  it('draw the frontier of what no cheaper one beats', () => {
    const points = [
      { id: 'a', x: 1, y: 0.5 },
      { id: 'b', x: 2, y: 0.4 },
      { id: 'c', x: 3, y: 0.7 },
      { id: 'd', x: 3, y: 0.6 },
      { id: 'e', x: 9, y: 0.7 },
    ]
    expect(frontierOf(points, true).map(({ id }) => id)).toEqual(['a', 'c'])
    expect(frontierOf(points, false).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('put all labels at their count, a curve per arm, baselines dashed', () => {
    const row = (arm: number, labels: number | null, mean: number | null, half: number | null) => ({
      arm,
      labels,
      mean,
      half,
      notComparable: null,
    })
    const study = {
      labelled: 80,
      plan: [
        { label: 'Fine-tuning', baseline: null },
        { label: 'Linear probe', baseline: 'linear-probe' },
      ],
      results: {
        rows: [row(0, null, 0.9, 0.02), row(0, 10, 0.6, 0.1), row(1, 10, 0.5, null), row(1, null, null, null)],
      },
    } as unknown as StudyDetail
    const [tuned, probe] = labelSeries(study)
    expect(tuned).toMatchObject({ label: 'Fine-tuning', dashed: false, x: [10, 80], y: [0.6, 0.9] })
    expect(tuned?.band?.low[0]).toBeCloseTo(0.5, 12)
    expect(probe).toEqual({ id: '1', label: 'Linear probe', colour: 1, dashed: true, x: [10], y: [0.5] })
  })
})

describe('the precision of an arm', () => {
  const study = (patches: object[], prefixPrecision = 'float32') =>
    ({
      spec: { base: { ...spec, prefixPrecision } },
      plan: patches.map((patch) => ({ patch })),
    }) as unknown as StudyDetail

  it('is said where arms differ in it', () => {
    const mixed = study([{}, { prefixPrecision: 'int8' }])
    expect([armPrecision(mixed, 0), armPrecision(mixed, 1)]).toEqual(['float32', 'int8'])
    expect(armPrecision(study([{}, {}], 'int8'), 0)).toBeNull()
    expect(armPrecision(study([{}, { prefixPrecision: 'int8' }], 'int8'), 1)).toBeNull()
  })
})
