import { describe, expect, it } from 'vitest'
import type { ResolvedPlan } from '@contract/models.ts'
import type { Run } from '@contract/runs.ts'
import type { ExperimentSpec } from '@contract/spec.ts'
import type { LayerState } from '@contract/network.ts'
import { comparabilityOf, notComparable } from '../../../../src-renderer/features/compare/comparable-runs.ts'
import { countChanges, freezeDiff } from '../../../../src-renderer/features/compare/freeze-diff.ts'
import { formatDifference, metricTable } from '../../../../src-renderer/features/compare/metric-table.ts'
import { filterParams, flatten, paramRows, paramsText } from '../../../../src-renderer/features/compare/param-rows.ts'
import { defaultPair } from '../../../../src-renderer/features/compare/default-pair.ts'
import { planKey } from '../../../../src-renderer/features/compare/plan-key.ts'
import { columnsFor, defaultColumns } from '../../../../src-renderer/features/compare/run-columns.ts'
import { clickSelection, EMPTY_SELECTION } from '../../../../src-renderer/features/compare/run-selection.ts'
import { filterRuns, NO_FILTERS, sortRuns } from '../../../../src-renderer/features/compare/sort-runs.ts'
import { verdict } from '../../../../src-renderer/features/compare/verdict.ts'
import { makeRun, score } from '../runs/make-run.ts'
import { processorTime } from '../../../support/processor-time.ts'

const accuracy = (best: number, last = best) => ({ 'test.accuracy': score(best, last) })

describe('comparability', () => {
  const run = makeRun()

  it('needs the same data, labels and split', () => {
    const other = (dataset: Partial<typeof run.dataset>) => makeRun({ dataset: { ...run.dataset, ...dataset } })
    expect(notComparable(run, other({}))).toBeNull()
    expect(notComparable(run, other({ hash: 'bb', version: 2 }))).toContain('version: 2 instead of 1')
    expect(notComparable(run, other({ hash: 'bb' }))).toContain('split differ')
    expect(notComparable(run, other({ hash: 'bb', id: 'd2', name: 'fish' }))).toContain('“fish” instead of “birds”')
  })

  it('measures against the baseline when one is pinned', () => {
    const runs = [run, makeRun({ id: 'r2', dataset: { ...run.dataset, hash: 'bb' } })]
    expect([...comparabilityOf(runs, null).keys()]).toEqual(['r2'])
    expect([...comparabilityOf(runs, 'r2').keys()]).toEqual(['r1'])
  })

  it('measures against the most common data otherwise', () => {
    const odd = makeRun({ id: 'odd', dataset: { ...run.dataset, hash: 'bb' } })
    expect([...comparabilityOf([odd, run, makeRun({ id: 'r3' })], null).keys()]).toEqual(['odd'])
    expect(comparabilityOf([], null).size).toBe(0)
  })
})

describe('verdict', () => {
  const planOf = (run: Run) => `${run.strategy}:${run.parameters.trainable}`
  const run = (id: string, strategy: string, best: number, seed = 1) =>
    makeRun({ id, name: id, strategy, seed, metrics: accuracy(best) })

  it('names the better strategy, and that one seed is no proof', () => {
    expect(
      verdict([run('a', 'feature-extraction', 0.9), run('b', 'fine-tuning', 0.924)], 'test.accuracy', {
        apart: new Set(),
        planOf,
      })?.text,
    ).toBe('Fine tuning is 2.4 points better than feature extraction in test accuracy; 1 seed each: not a proof.')
  })

  it('weighs the difference against the spread over seeds', () => {
    const far = [run('a', 'x', 0.9, 1), run('b', 'x', 0.901, 2), run('c', 'y', 0.95, 1), run('d', 'y', 0.951, 2)]
    expect(verdict(far, 'test.accuracy', { apart: new Set(), planOf })?.text).toContain('more than chance explains')
    const near = [run('a', 'x', 0.9, 1), run('b', 'x', 0.96, 2), run('c', 'y', 0.91, 1), run('d', 'y', 0.96, 2)]
    expect(verdict(near, 'test.accuracy', { apart: new Set(), planOf })?.text).toContain('within chance')
  })

  it('takes a lower loss for better and tells runs of one strategy apart by name', () => {
    const loss = (id: string, best: number, trainable: number) =>
      makeRun({
        id,
        name: id,
        metrics: { 'test.loss': score(best) },
        parameters: { total: 1, trainable, frozen: 0, fresh: 0 },
      })
    expect(verdict([loss('a', 0.5, 1), loss('b', 0.25, 2)], 'test.loss', { apart: new Set(), planOf })?.text).toMatch(
      /^“b” is 0\.25 better than “a” in test loss/,
    )
  })

  it('names runs of other data instead of judging them, and says nothing of a single run', () => {
    const odd = run('z', 'y', 1)
    const pair = [run('a', 'x', 0.9), run('b', 'y', 0.95)]
    expect(verdict([...pair, odd], 'test.accuracy', { apart: new Set(['z']), planOf })?.text).toMatch(
      /^Y is 5\.0 points.*“z” is left out: other data\.$/,
    )
    expect(verdict([run('a', 'x', 0.9), odd], 'test.accuracy', { apart: new Set(['z']), planOf })).toMatchObject({
      tone: 'warn',
    })
    expect(verdict([run('a', 'x', 0.9)], 'test.accuracy', { apart: new Set(), planOf })).toBeNull()
  })

  it('gives mean and spread for seeds of one plan', () => {
    expect(
      verdict([run('a', 'x', 0.9, 1), run('b', 'x', 0.94, 2)], 'test.accuracy', {
        apart: new Set(),
        planOf,
      })?.text.replace(/\s/gu, ' '),
    ).toBe('2 runs of the same plan: 92.0 % ± 2.8 points in test accuracy.')
  })
})

describe('parameters', () => {
  const a = {
    seed: 1,
    optimizer: { type: 'adam', learningRate: 0.001 },
    freeze: { layers: ['x', 'y'] },
    heads: [],
    cut: null,
  }
  const b = { seed: 1, optimizer: { type: 'sgd', learningRate: 0.01, momentum: 0.9 }, freeze: { layers: ['x', 'y'] } }

  it('flatten to paths, leaving out what is empty', () => {
    expect([...flatten(a)]).toEqual([
      ['seed', '1'],
      ['optimizer.type', 'adam'],
      ['optimizer.learningRate', '0.001'],
      ['freeze.layers', 'x, y'],
    ])
    expect([...flatten({ replace: [{ layer: 'l' }] })]).toEqual([['replace.0.layer', 'l']])
  })

  it('show differences only, unless asked for all, and search names and values', () => {
    const rows = paramRows([a, b])
    expect(filterParams(rows, '', true).map((row) => row.path)).toEqual([
      'optimizer.type',
      'optimizer.learningRate',
      'optimizer.momentum',
    ])
    expect(filterParams(rows, 'SGD', false).map((row) => row.path)).toEqual(['optimizer.type'])
    expect(filterParams(rows, 'learn', true)[0]?.values).toEqual(['0.001', '0.01'])
    expect(rows.find((row) => row.path === 'optimizer.momentum')?.values).toEqual([null, '0.9'])
  })

  it('copy as a table', () => {
    expect(paramsText(['a', 'b\tc'], paramRows([{ seed: 1 }, { seed: 2 }]))).toBe('parameter\ta\tb c\nseed\t1\t2')
  })
})

describe('freezeDiff', () => {
  const plan = (layers: readonly (readonly [string, string, LayerState, number?])[]): ResolvedPlan => ({
    network: {
      name: 'n',
      blocks: [...new Set(layers.map((layer) => layer[1]))].map((name) => ({ name, label: name.toUpperCase() })),
      layers: layers.map(([name, block]) => ({ name, type: 'Dense', config: {}, inputs: [], block })),
      outputs: [],
      features: 'a',
    },
    facts: layers.map(([name, , , parameters = 10]) => ({
      name,
      outputShape: [1],
      parameters,
      trainableParameters: parameters,
      multiplyAdds: 0,
    })),
    states: Object.fromEntries(layers.map(([name, , state]) => [name, state])),
    cachedUpTo: null,
    parameters: { total: 0, trainable: 0, frozen: 0, fresh: 0 },
    preprocessing: { kind: 'table', columns: [] },
    problems: [],
    estimate: null,
  })
  const a = plan([
    ['stem', 'one', 'frozen'],
    ['relu', 'one', 'frozen', 0],
    ['mid', 'two', 'frozen'],
    ['deep', 'two', 'trained'],
    ['old', 'head', 'fresh'],
  ])
  const b = plan([
    ['stem', 'one', 'frozen'],
    ['relu', 'one', 'frozen', 0],
    ['mid', 'two', 'trained'],
    ['deep', 'two', 'frozen'],
    ['extra', 'two', 'fresh'],
    ['old', 'head', 'trained'],
  ])

  it('says per layer which run froze it, in the order of both networks', () => {
    const blocks = freezeDiff(a, b)
    expect(blocks.map((block) => [block.label, block.change, block.differs])).toEqual([
      ['ONE', 'both', false],
      ['TWO', 'mixed', true],
      ['HEAD', 'neither', true],
    ])
    expect(blocks[1]?.layers.map((layer) => [layer.layer, layer.change])).toEqual([
      ['mid', 'only-a'],
      ['deep', 'only-b'],
      ['extra', 'added'],
    ])
    expect(countChanges(blocks)).toEqual({ both: 1, 'only-a': 1, 'only-b': 1, neither: 1, added: 1, removed: 0 })
  })

  it('finds no difference between equal plans', () => {
    expect(freezeDiff(a, a).some((block) => block.differs)).toBe(false)
  })
})

describe('runs table', () => {
  const runs = [
    makeRun({ id: 'a', name: 'run 10', metrics: accuracy(0.9), starred: true, tags: ['x'] }),
    makeRun({ id: 'b', name: 'run 2', metrics: accuracy(0.95), status: 'failed' }),
    makeRun({ id: 'c', name: 'run 3', strategy: 'fine-tuning' }),
  ]
  const columns = columnsFor(runs)

  it('sorts numbers as numbers, and runs without a value last in both directions', () => {
    const order = (column: string, descending: boolean) =>
      sortRuns(runs, { column, descending }, columns).map((run) => run.id)
    expect(order('name', false)).toEqual(['b', 'c', 'a'])
    expect(order('best:test.accuracy', true)).toEqual(['b', 'a', 'c'])
    expect(order('best:test.accuracy', false)).toEqual(['a', 'b', 'c'])
    expect(order('gone', false)).toEqual(['a', 'b', 'c'])
  })

  it('sorts 10,000 runs by a metric well within a second', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      makeRun({ id: String(index), metrics: accuracy((index * 7919) % 10_007) }),
    )
    const spent = processorTime()
    const sorted = sortRuns(many, { column: 'best:test.accuracy', descending: true }, columns)
    expect(spent()).toBeLessThan(500)
    expect(sorted[0]?.metrics['test.accuracy']?.best).toBe(10_006)
  })

  it('filters', () => {
    const ids = (filters: Partial<typeof NO_FILTERS>) =>
      filterRuns(runs, { ...NO_FILTERS, ...filters }).map((run) => run.id)
    expect(ids({ starredOnly: true })).toEqual(['a'])
    expect(ids({ status: 'failed' })).toEqual(['b'])
    expect(ids({ strategy: 'fine-tuning' })).toEqual(['c'])
    expect(ids({ tag: 'x' })).toEqual(['a'])
    expect(ids({ search: 'run 2' })).toEqual(['b'])
  })

  it('has saved, best, last and epoch of every metric, and starts with what matters', () => {
    expect(columns.map((column) => column.id)).toContain('epoch:test.accuracy')
    expect(defaultColumns(columns)).toEqual([
      'kept:test.accuracy',
      'status',
      'strategy',
      'trainable',
      'seconds',
      'tags',
    ])
    expect(defaultColumns(columnsFor([makeRun({ metrics: { 'test.rmse': score(2) } })]))).toContain('kept:test.rmse')
  })
})

describe('selection', () => {
  const order = ['a', 'b', 'c', 'd']
  it('takes one, toggles with Ctrl, spans with Shift', () => {
    const plain = { shift: false, toggle: false }
    const one = clickSelection(EMPTY_SELECTION, 'b', order, plain)
    const range = clickSelection(one, 'd', order, { shift: true, toggle: false })
    expect([...range.ids]).toEqual(['b', 'c', 'd'])
    expect([...clickSelection(range, 'a', order, { shift: true, toggle: false }).ids]).toEqual(['a', 'b'])
    expect([...clickSelection(range, 'c', order, { shift: false, toggle: true }).ids]).toEqual(['b', 'd'])
    expect([...clickSelection(range, 'c', order, plain).ids]).toEqual(['c'])
  })
})

describe('metricTable', () => {
  const runs = [
    makeRun({ id: 'a', metrics: { 'test.accuracy': score(0.9), 'test.loss': score(0.4) } }),
    makeRun({ id: 'b', metrics: { 'test.accuracy': score(0.924), 'test.loss': score(0.5) } }),
    makeRun({ id: 'c' }),
  ]

  it('marks the best and the difference to the baseline in the right direction', () => {
    const [acc, loss] = metricTable(runs, 'a')
    expect(acc?.cells.map((cell) => [cell.isBest, cell.sign])).toEqual([
      [false, 0],
      [true, 1],
      [false, 0],
    ])
    expect(loss?.cells.map((cell) => [cell.isBest, cell.sign])).toEqual([
      [true, 0],
      [false, -1],
      [false, 0],
    ])
    const apart = metricTable(runs, 'a', new Set(['b']))[0]
    expect(apart?.cells.map((cell) => [cell.isBest, cell.difference])).toEqual([
      [false, null],
      [false, null],
      [false, null],
    ])
    expect(formatDifference('test.accuracy', acc?.cells[1]?.difference ?? 0)).toBe('+2.4 points')
    expect(formatDifference('test.loss', -0.0314)).toBe('−0.0314')
  })
})

describe('planKey', () => {
  const spec = { name: 'a', seed: 1, dataset: 'd', strategy: { type: 'x', rate: 1 } } as unknown as ExperimentSpec

  it('ignores name, seed and the order of keys, and nothing else', () => {
    const same = { strategy: { rate: 1, type: 'x' }, dataset: 'd', seed: 7, name: 'b' } as unknown as ExperimentSpec
    expect(planKey(same)).toBe(planKey(spec))
    expect(planKey({ ...spec, strategy: { type: 'x', rate: 2 } })).not.toBe(planKey(spec))
  })
})

describe('defaultPair', () => {
  const run = (id: string, base: string, trainable: number) =>
    makeRun({ id, base, parameters: { total: 9, trainable, frozen: 0, fresh: 0 } })

  it('prefers one base trained differently', () => {
    expect(defaultPair([run('a', 'x', 1), run('b', 'y', 1), run('c', 'x', 2)])).toEqual(['a', 'c'])
    expect(defaultPair([run('a', 'x', 1), run('b', 'x', 1)])).toEqual(['a', 'b'])
    expect(defaultPair([])).toEqual([null, null])
  })
})
