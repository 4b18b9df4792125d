import { describe, expect, test } from 'vitest'
import { ExperimentSpec } from '../../../../../src-main/contract/spec.ts'
import type { DatasetFacts } from '../../../../../src-main/learning/context.ts'
import type { PreflightContext } from '../../../../../src-main/learning/strategies/strategy.ts'
import { taskTransfer } from '../../../../../src-main/learning/strategies/task-transfer/task-transfer.ts'
import { toyNetwork, toyStates } from '../../../../support/toy-run.ts'

const columns = ['digit', 'parity', 'size'].map((name) => ({
  name,
  type: 'classification' as const,
  classes: ['a', 'b'],
}))
const dataset: DatasetFacts = {
  name: 'digits',
  kind: 'image',
  splitCounts: { train: 1000, validation: 200, test: 200 },
  labelColumns: columns,
  featureColumns: [],
  channels: 1,
  imageSize: { width: 8, height: 8 },
  columnStatistics: {},
}

function problems(more: Partial<PreflightContext> = {}, values: Record<string, unknown> = {}) {
  const network = toyNetwork()
  const context: PreflightContext = {
    spec: ExperimentSpec.parse({ dataset: 'digits', base: 'toy', strategy: { type: 'task-transfer' } }),
    network,
    states: toyStates(network, ['block2']),
    heads: columns.map(({ name, type, classes }) => ({ name, column: name, type, classes })),
    dataset,
    datasetOf: () => null,
    modelOf: () => null,
    ...more,
  }
  return taskTransfer.check!(context, taskTransfer.params.schema.parse(values))
}

const codes = (found: ReturnType<typeof problems>) => found.map(({ level, code }) => `${level} ${code}`)

describe('task transfer before it runs', () => {
  test('three heads on enough items are fine', () => {
    expect(problems()).toEqual([])
  })

  test('fewer than three tasks are refused; a head per column mends it', () => {
    const heads = [{ name: 'digit', column: 'digit', type: 'classification' as const, classes: ['a', 'b'] }]
    const [problem] = problems({ heads })
    expect(problem).toMatchObject({ level: 'block', code: 'task-count' })
    expect(problem!.fix!.patch).toEqual({
      heads: columns.map(({ name, type }) => ({ name, column: name, type, weight: 1 })),
    })
  })

  test('two heads are enough for one transfer that was clicked', () => {
    const heads = columns.slice(0, 2).map(({ name, type, classes }) => ({ name, column: name, type, classes }))
    expect(codes(problems({ heads }))).toEqual(['block task-count'])
    expect(problems({ heads }, { sources: ['digit'], targets: ['parity'], mainTask: 'parity' })).toEqual([])
  })

  test('two heads of one column are one task', () => {
    const heads = [0, 0, 1, 2].map((c, i) => ({
      name: `h${i}`,
      column: columns[c]!.name,
      type: 'classification' as const,
      classes: ['a', 'b'],
    }))
    expect(codes(problems({ heads }))).toEqual(['warn tasks-identical'])
  })

  test('encoders that would be the same, so that all would tie, are refused', () => {
    const network = toyNetwork()
    const [problem] = problems({ states: toyStates(network, []) })
    expect(problem).toMatchObject({
      level: 'block',
      code: 'encoders-equal',
      fix: { patch: { freeze: null, train: null } },
    })
  })

  test('fewer than 100 items to compare on are told, none are refused', () => {
    const of = (validation: number, test: number) =>
      problems({ dataset: { ...dataset, splitCounts: { train: 1000, validation, test } } })
    expect(codes(of(99, 100))).toEqual(['warn task-items'])
    expect(codes(of(0, 100))).toEqual(['block task-items'])
    expect(codes(of(100, 0))).toEqual(['warn task-test'])
  })

  test('readouts that see most labels are told', () => {
    const [problem] = problems({}, { readoutLabels: 600 })
    expect(problem).toMatchObject({
      level: 'warn',
      code: 'readout-labels',
      fix: { patch: { 'strategy.readoutLabels': 100 } },
    })
  })

  test('names that no head has', () => {
    const found = problems({}, { sources: ['digit', 'dgit'], mainTask: 'partiy' })
    expect(codes(found)).toEqual(['block task-name', 'block task-name'])
    expect(found.map(({ fix }) => fix!.patch)).toEqual([
      { 'strategy.sources': ['digit'] },
      { 'strategy.mainTask': 'parity' },
    ])
  })

  test('an encoder must end before the heads', () => {
    expect(codes(problems({}, { encoderEnd: 'head_label' }))).toEqual(['block encoder-end'])
    expect(problems({}, { encoderEnd: 'block2_pool' })).toEqual([])
  })
})
