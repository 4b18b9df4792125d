import { describe, expect, test } from 'vitest'
import type { FeatureColumn } from '../../../../../src-main/contract/datasets.ts'
import type { Network } from '../../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../../src-main/contract/spec.ts'
import type { Manifest, ModelFiles } from '../../../../../src-main/contract/trainer.ts'
import { bornAgainTree } from '../../../../../src-main/learning/strategies/born-again-tree/born-again-tree.ts'
import type { PreflightContext } from '../../../../../src-main/learning/strategies/strategy.ts'
import { convertTable } from '../../../../../src-main/learning/strategies/born-again-tree/tree-teacher.ts'

const HEADS: Manifest['heads'] = [{ name: 'kind', column: 'kind', type: 'classification', classes: ['cat', 'dog'] }]
const COLUMNS: FeatureColumn[] = [
  { name: 'age', type: 'numeric', categories: [] },
  { name: 'colour', type: 'categorical', categories: ['red', 'blue'] },
]
const TABLE = {
  kind: 'table' as const,
  columns: [
    { name: 'age', type: 'numeric' as const, mean: 40, std: 10 },
    { name: 'colour', type: 'categorical' as const, categories: ['red', 'blue'] },
  ],
}

function network(features: number[]): Network {
  const layers = [{ name: 'input', type: 'InputLayer' as const, config: { shape: features }, inputs: [], block: 'b' }]
  return { name: 'n', blocks: [{ name: 'b', label: 'b' }], layers, outputs: ['input'], features: 'input' }
}

interface Facts {
  kind?: 'table' | 'image'
  strategy?: Record<string, unknown>
  heads?: Manifest['heads']
  columns?: FeatureColumn[]
  std?: number
  missing?: Record<string, number>
  heldOut?: number
  features?: number[]
  teacher?: Partial<ModelFiles>
}

function problems(facts: Facts = {}) {
  const { kind = 'table', strategy = {}, columns = COLUMNS, std = 10, missing = {}, heldOut = 20 } = facts
  const files = { network: network([3]), preprocessing: TABLE, heads: HEADS, ...facts.teacher }
  const context = {
    spec: ExperimentSpec.parse({ dataset: 'd', base: 'mlp', strategy: { type: 'born-again-tree' } }),
    network: network(facts.features ?? [3]),
    heads: facts.heads ?? HEADS,
    dataset: {
      name: 'd',
      kind,
      splitCounts: { train: 100, validation: heldOut, test: heldOut },
      featureColumns: columns,
      columnStatistics: { age: { mean: 40, std } },
      missingValues: missing,
    },
    modelOf: (ref: string) => (ref === 'gone' ? null : { title: ref, files, isTrained: true }),
  } as unknown as PreflightContext
  return bornAgainTree.check!(context, bornAgainTree.params.schema.parse(strategy))
}

const found = (facts?: Facts) => problems(facts).map(({ level, code }) => `${level} ${code}`)

describe('before a born-again tree', () => {
  test('nothing is wrong with a table, nor with images on features', () => {
    expect(found()).toEqual([])
    expect(found({ kind: 'image' })).toEqual([])
  })

  test('raw pixels block, and bottleneck features are offered', () => {
    const [problem] = problems({ kind: 'image', strategy: { on: 'columns' } })
    expect(problem).toMatchObject({ level: 'block', code: 'tree-pixels' })
    expect(problem!.fix?.patch).toEqual({ 'strategy.on': 'features' })
  })

  test.each([0, 1])('p_alt %i blocks, with a fix', (pAlt) => {
    const [problem] = problems({ strategy: { pAlt } })
    expect(problem).toMatchObject({ level: 'block', code: 'tree-smearing', fix: { patch: { 'strategy.pAlt': 0.25 } } })
  })

  test('constant columns warn, by name', () => {
    expect(found({ std: 0 })).toEqual(['warn tree-constant'])
    const lonely: FeatureColumn = { name: 'country', type: 'categorical', categories: ['here'] }
    expect(problems({ columns: [...COLUMNS, lonely] })[0]!.message).toContain('country')
  })

  test('missing values warn, with their number', () => {
    const [problem] = problems({ missing: { age: 7 } })
    expect(problem).toMatchObject({ level: 'warn', code: 'tree-missing' })
    expect(problem!.message).toContain('age (7)')
  })

  test('without held-out rows fidelity would be that of training rows: blocks', () => {
    expect(found({ heldOut: 0 })).toEqual(['block tree-held-out'])
  })

  test('one classification head is needed', () => {
    expect(found({ heads: [] })).toEqual(['block tree-head'])
    expect(found({ heads: [...HEADS, ...HEADS] })).toEqual(['block tree-head'])
    expect(found({ heads: [{ ...HEADS[0]!, type: 'regression', classes: [] }] })).toEqual(['block tree-head'])
  })

  test('teachers: their classes and columns must be the dataset’s, and on features there is one', () => {
    const teachers = ['run:a']
    expect(found({ strategy: { teachers } })).toEqual([])
    const heads = [{ ...HEADS[0]!, classes: ['cat', 'fox'] }]
    expect(found({ strategy: { teachers }, teacher: { heads } })).toEqual(['block tree-teacher-classes'])
    const other = { kind: 'table' as const, columns: [{ name: 'size', type: 'numeric' as const, mean: 0, std: 1 }] }
    expect(found({ strategy: { teachers }, teacher: { preprocessing: other } })).toEqual(['block tree-teacher-columns'])
    const [several] = problems({ kind: 'image', strategy: { teachers: ['run:a', 'run:b'] } })
    expect(several).toMatchObject({ code: 'tree-several', fix: { patch: { 'strategy.teachers': ['run:a'] } } })
    expect(found({ strategy: { teachers: ['run:a', 'run:b'] } })).toEqual([])
  })

  test('very wide features warn, then block', () => {
    expect(found({ kind: 'image', features: [4000] })).toEqual(['warn tree-many-features'])
    expect(found({ kind: 'image', features: [100, 100, 3] })).toEqual(['block tree-many-features'])
  })
})

test('rows of one table preprocessing become those of another: units, order of columns and of categories', () => {
  const other = {
    kind: 'table' as const,
    columns: [
      { name: 'colour', type: 'categorical' as const, categories: ['blue', 'red'] },
      { name: 'age', type: 'numeric' as const, mean: 30, std: 5 },
    ],
  }
  // 50 years and blue: (50 - 40) / 10 = 1, and (50 - 30) / 5 = 4.
  expect([...convertTable(TABLE, other)!(Float32Array.from([1, 0, 1]))]).toEqual([1, 0, 4])
  expect(convertTable(TABLE, { ...other, columns: [{ name: 'size', type: 'numeric', mean: 0, std: 1 }] })).toBeNull()
})
