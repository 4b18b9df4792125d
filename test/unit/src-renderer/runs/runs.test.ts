import { describe, expect, it } from 'vitest'
import { cacheSentence } from '../../../../src-renderer/features/runs/cache-sentence.ts'
import { classScores, macroMean, worstConfusions } from '../../../../src-renderer/features/runs/class-scores.ts'
import {
  compareMetrics,
  formatMetric,
  isHigherBetter,
  metricLabel,
  parseMetric,
  primaryMetric,
} from '../../../../src-renderer/features/runs/metric-name.ts'
import { runCharts } from '../../../../src-renderer/features/runs/run-chart-series.ts'
import { groupRuns } from '../../../../src-renderer/features/runs/run-groups.ts'
import { actionsOf, advice, hasModel } from '../../../../src-renderer/features/runs/run-status.ts'
import { workShare, workWords } from '../../../../src-renderer/features/runs/work-words.ts'
import { weightRows, weightSummary } from '../../../../src-renderer/features/runs/weight-rows.ts'
import { summaryRows } from '../../../../src-renderer/features/runs/summary-rows.ts'
import { makeRun, score } from './make-run.ts'

describe('metric names', () => {
  it('reads split, head and metric', () => {
    expect(parseMetric('validation.accuracy')).toMatchObject({ split: 'validation', head: null, metric: 'accuracy' })
    expect(parseMetric('test.body.part.loss')).toMatchObject({ split: 'test', head: 'body.part', metric: 'loss' })
    expect(parseMetric('learningRate')).toMatchObject({ split: null, head: null, metric: 'learningRate' })
  })

  it('writes them for people', () => {
    expect(metricLabel('test.species.loss')).toBe('Test loss (species)')
    expect(metricLabel('learningRate')).toBe('Learning rate')
    expect(formatMetric('test.accuracy', 0.934).replace(/\s/u, ' ')).toBe('93.4 %')
    expect(formatMetric('test.loss', 0.21434)).toBe('0.2143')
    expect(formatMetric('test.loss', null)).toBe('–')
  })

  it('knows the better direction and the number that stands for a run', () => {
    expect([isHigherBetter('test.accuracy'), isHigherBetter('validation.loss'), isHigherBetter('test.r2')]).toEqual([
      true,
      false,
      true,
    ])
    expect(primaryMetric(['train.accuracy', 'validation.loss', 'validation.accuracy', 'learningRate'])).toBe(
      'validation.accuracy',
    )
    expect(primaryMetric(['train.loss', 'validation.loss'])).toBe('validation.loss')
    expect(primaryMetric([])).toBeNull()
    expect(['train.loss', 'test.loss', 'test.accuracy'].sort(compareMetrics)).toEqual([
      'test.accuracy',
      'test.loss',
      'train.loss',
    ])
  })
})

describe('groupRuns', () => {
  const runs = [
    makeRun({ id: 'done' }),
    makeRun({ id: 'second', status: 'queued', queuePosition: 1, createdAt: '2026-01-01T09:00:00Z' }),
    makeRun({ id: 'first', status: 'queued', queuePosition: 0, createdAt: '2026-01-02T09:00:00Z' }),
    makeRun({ id: 'now', status: 'running', name: 'café night', tags: ['keep'] }),
  ]

  it('puts what runs and the queue in its order first', () => {
    expect(groupRuns(runs, '').map((row) => row.key)).toEqual([
      'heading:Running',
      'now',
      'heading:Queue',
      'first',
      'second',
      'heading:Earlier',
      'done',
    ])
  })

  it('falls back to the oldest first without recorded places', () => {
    const unplaced = runs.map((run) => ({ ...run, queuePosition: null }))
    expect(
      groupRuns(unplaced, '')
        .map((row) => row.key)
        .slice(3, 5),
    ).toEqual(['second', 'first'])
  })

  it('finds every word, in any field', () => {
    expect(groupRuns(runs, 'CAFÉ keep').map((row) => row.key)).toEqual(['heading:Running', 'now'])
    expect(groupRuns(runs, 'café missing')).toEqual([])
  })
})

describe('run status', () => {
  it('offers only what the state allows', () => {
    expect(actionsOf('running')).toEqual(['pause', 'stop'])
    expect(actionsOf('failed')).toContain('resume')
    expect(actionsOf('finished')).not.toContain('resume')
  })

  it('says what to do after a failure', () => {
    expect(advice(makeRun({ status: 'failed', reason: 'The loss diverged (NaN) at step 12.' }))).toContain(
      'learning rate ten times smaller',
    )
    expect(advice(makeRun({ status: 'interrupted', epochsDone: 1 }))).toMatch(/^One epoch is kept.*Resume/)
    expect(advice(makeRun())).toBeNull()
  })

  it('has a model once something was learned', () => {
    expect(hasModel(makeRun({ status: 'stopped', epochsDone: 0 }))).toBe(false)
    expect(hasModel(makeRun({ status: 'stopped', epochsDone: 2 }))).toBe(true)
    expect(hasModel(makeRun({ status: 'running', epochsDone: 2 }))).toBe(false)
  })
})

describe('class scores', () => {
  const classes = ['cat', 'dog', 'emu']
  const counts = [
    [8, 2, 0],
    [1, 9, 0],
    [0, 0, 0],
  ]

  it('follow their definitions', () => {
    const [cat, , emu] = classScores(classes, counts)
    expect(cat).toMatchObject({ support: 10, recall: 0.8 })
    expect(cat?.precision).toBeCloseTo(8 / 9, 12)
    expect(cat?.f1).toBeCloseTo((2 * (8 / 9) * 0.8) / (8 / 9 + 0.8), 12)
    expect(emu).toEqual({ name: 'emu', support: 0, precision: null, recall: null, f1: null })
  })

  it('average over classes that occur', () => {
    expect(macroMean(classScores(classes, counts), 'recall')).toBeCloseTo(0.85, 12)
    expect(macroMean([], 'f1')).toBeNull()
  })

  it('name the worst mistakes', () => {
    expect(worstConfusions(classes, counts, 1)).toEqual([{ expected: 'cat', predicted: 'dog', count: 2 }])
  })
})

const FLOAT32 = { precision: 'float32', agreement: null, features: null, calibration: null } as const

describe('cacheSentence', () => {
  const cache = { items: 320, hits: 0, bytes: 1_600_000, seconds: 11, layer: 'top_pool', ...FLOAT32 }
  const plain = (text: string | null) => text?.replace(/[\u2009\u202f\u00a0]/gu, ' ')

  it('tells the first epoch from the later ones', () => {
    expect(plain(cacheSentence({ cache, epochSeconds: [12.1, 0.1, 0.1, 0.2] }))).toBe(
      'Features of 320 items cached at top_pool (1.6 MB): first epoch 12 s, then 0.1 s (0.8 %).',
    )
  })

  it('says when earlier runs had filled it, and stays silent without one', () => {
    expect(plain(cacheSentence({ cache: { ...cache, hits: 320 }, epochSeconds: [] }))).toBe(
      'Features of 320 items cached at top_pool (1.6 MB), all from earlier runs.',
    )
    expect(cacheSentence({ cache: null, epochSeconds: [1] })).toBeNull()
  })

  it('calls an epoch slower than the first no saving, least of all where nothing had to be computed', () => {
    const epochSeconds = [0.24, 0.8, 0.8]
    expect(plain(cacheSentence({ cache: { ...cache, hits: 320 }, epochSeconds }))).toBe(
      'Features of 320 items cached at top_pool (1.6 MB), all from earlier runs: none was computed, an epoch takes 0.8 s.',
    )
    expect(plain(cacheSentence({ cache: { ...cache, hits: 300 }, epochSeconds }))).toBe(
      'Features of 320 items cached at top_pool (1.6 MB), 300 from earlier runs: first epoch 0.2 s, then 0.8 s.',
    )
  })

  it('says how far bfloat16 features agree with float32', () => {
    const low = { ...cache, precision: 'bfloat16' as const }
    const agreement = { samples: 256, top1: 0.996, maxDifference: 0.0312 }
    expect(plain(cacheSentence({ cache: { ...low, agreement }, epochSeconds: [] }))).toContain(
      'In bfloat16; agreement with float32 on 256 items: 99.6 % same top-1, largest difference 0.031.',
    )
    expect(plain(cacheSentence({ cache: low, epochSeconds: [] }))).toContain('is measured at the end')
  })
})

describe('cacheSentence of int8', () => {
  it('tells cosine, equal answers and accuracy both ways, on items that calibration has not seen', () => {
    const features = {
      items: 300,
      cosine: { mean: 0.9987, smallest: 0.93 },
      top1: 0.99,
      accuracy: { float32: 0.94, here: 0.936 },
    }
    const own = { precision: 'int8', agreement: null, features, calibration: null } as const
    const cache = { items: 320, hits: 0, bytes: 1_600_000, seconds: 11, layer: 'top_pool', ...own }
    const plain = cacheSentence({ cache, epochSeconds: [] })?.replace(/[\u2009\u202f\u00a0]/gu, ' ')
    expect(plain).toBe(
      'Features of 320 items cached at top_pool (1.6 MB). In int8; agreement with float32 on 300 validation items: ' +
        'cosine 0.9987 (smallest 0.9300), 99.0 % same answers, accuracy 93.6 % (float32: 94.0 %).',
    )
    expect(cacheSentence({ cache: { ...cache, features: null }, epochSeconds: [] })).toContain(
      'In int8; agreement with float32 is measured at the end.',
    )
  })
})

describe('work between steps', () => {
  it('is said with amount and time left', () => {
    const work = { runId: 'r1', message: 'Computing features', done: 1200, total: 2400, secondsLeft: 3 }
    const plain = (text: string) => text.replace(/[\u2009\u202f\u00a0]/gu, ' ')
    expect([plain(workWords(work)), workShare(work)]).toEqual(['Computing features: 1,200 of 2,400 · 3 s left', 0.5])
    const unknown = { ...work, total: null, secondsLeft: null }
    expect([plain(workWords(unknown)), workShare(unknown)]).toEqual(['Computing features: 1,200', null])
  })
})

describe('runCharts', () => {
  it('compares further networks of a strategy in the chart of the same metric, and keeps heads apart', () => {
    const buffer = (metric: string) => ({ metric, step: [1], epoch: [1], time: [1], value: [3] })
    const names = [
      'validation.accuracy',
      'validation.teacher.accuracy',
      'train.teacher.accuracy',
      'validation.species.accuracy',
      'validation.teacher.species.accuracy',
      'validation.alone-species.accuracy',
      'target.accuracy',
      'train.rbm1.reconstructionError',
    ]
    const charts = runCharts(new Map(names.map((name) => [name, buffer(name)])), 'epoch', ['species'])
    expect(charts.map(({ title, series }) => [title, series.map((one) => one.label)])).toEqual([
      [
        'Accuracy',
        ['Validation accuracy', 'teacher: Validation accuracy', 'teacher: Train accuracy', 'target: Accuracy'],
      ],
      [
        'Accuracy (species)',
        ['Validation accuracy (species)', 'alone: Validation accuracy', 'teacher: Validation accuracy'],
      ],
      ['Reconstruction error', ['rbm1: Train reconstruction error']],
    ])
    const colours = new Map(charts[0]?.series.map((one) => [one.id, one.colour]))
    expect(colours.get('train.teacher.accuracy')).toBe(colours.get('validation.teacher.accuracy'))
    expect(new Set(colours.values()).size).toBe(3)
  })

  it('puts the splits of a metric into one chart, loss first, training dashed', () => {
    const buffer = (metric: string) => ({ metric, step: [1, 2], epoch: [0.5, 1], time: [1, 2], value: [3, 4] })
    const names = ['validation.accuracy', 'train.loss', 'validation.loss', 'test.loss', 'learningRate']
    const charts = runCharts(new Map(names.map((name) => [name, buffer(name)])), 'epoch')
    expect(charts.map((chart) => chart.title)).toEqual(['Loss', 'Accuracy', 'Learning rate'])
    expect(charts[0]?.series.map((one) => [one.id, one.dashed])).toEqual([
      ['validation.loss', false],
      ['train.loss', true],
    ])
    expect(charts[0]?.series[0]?.x).toEqual([0.5, 1])
  })
})

describe('weight change', () => {
  const row = (
    layer: string,
    state: 'frozen' | 'trained' | 'fresh',
    change: number,
    movingChange: number | null = null,
  ) => ({
    layer,
    block: 'b',
    state,
    parameters: 4,
    change,
    movingChange,
  })

  it('shows frozen layers as exactly 0 and calls out one that moved', () => {
    const rows = weightRows([
      row('a', 'frozen', 0, 0),
      row('b', 'frozen', 1e-9),
      row('c', 'trained', 0.04),
      row('d', 'fresh', 0.16),
    ])
    expect(rows.map((one) => [one.bar === 0, one.broken])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ])
    expect(rows[2]?.bar).toBeCloseTo(0.5, 12)
  })

  it('sums up, with BatchNorm averages', () => {
    expect(weightSummary([row('a', 'frozen', 0, 0), row('b', 'frozen', 0, 0.1), row('c', 'fresh', 1)])).toEqual({
      frozen: 2,
      frozenMoved: 0,
      trained: 0,
      fresh: 1,
      frozenNorms: 2,
      frozenNormsMoved: 1,
    })
  })
})

describe('summaryRows', () => {
  it('puts the splits of a measure side by side', () => {
    const metrics = {
      'test.accuracy': score(0.9),
      'validation.accuracy': score(0.8),
      'train.loss': score(0.1),
      learningRate: score(1),
    }
    const rows = summaryRows({ metrics })
    expect(rows.map((row) => [row.title, Object.keys(row.values)])).toEqual([
      ['Accuracy', ['test', 'validation']],
      ['Loss', ['train']],
    ])
    expect(rows[0]?.names.train).toBe('train.accuracy')
  })
})
