import { describe, expect, it } from 'vitest'
import type { LabelColumn } from '../../../../../../src-main/contract/datasets.ts'
import { ExperimentSpec } from '../../../../../../src-main/contract/spec.ts'
import type {
  DatasetFacts,
  LabelRelation,
  LabelSummary,
  ResolvedSpec,
} from '../../../../../../src-main/learning/catalog.ts'
import { resolveSpec } from '../../../../../../src-main/learning/catalog.ts'
import {
  deltaM,
  relativeGain,
  sharingExhibit,
} from '../../../../../../src-main/learning/strategies/common/multi-task/sharing-comparison.ts'

const COLUMNS: LabelColumn[] = [
  { name: 'kind', type: 'classification', classes: ['ant', 'bee', 'wasp'] },
  { name: 'side', type: 'classification', classes: ['left', 'right'] },
  { name: 'size', type: 'regression', classes: [] },
]

const summary = (labelled: number, std: number | null = null): LabelSummary => {
  return { labelled, mean: std === null ? null : 3, std }
}

interface Known {
  readonly summaries?: Record<string, LabelSummary>
  readonly counts?: Record<string, readonly number[]>
  readonly relations?: readonly LabelRelation[]
  readonly columns?: LabelColumn[]
}

function facts({ summaries = {}, counts = {}, relations = [], columns = COLUMNS }: Known = {}): DatasetFacts {
  return {
    name: 'insects',
    kind: 'image',
    splitCounts: { train: 1000, validation: 50, test: 50 },
    labelColumns: columns,
    featureColumns: [],
    channels: 1,
    imageSize: { width: 28, height: 28 },
    columnStatistics: {},
    classCounts: { kind: [300, 300, 400], side: [500, 500], ...counts },
    labelSummaries: { kind: summary(1000), side: summary(1000), size: summary(1000, 2), ...summaries },
    labelRelations: () => relations,
  }
}

const head = ({ name, type }: LabelColumn, weight = 1) => ({ name, column: name, type, weight })

function resolve(
  strategy: Record<string, unknown>,
  more: { known?: Known; heads?: ReturnType<typeof head>[]; spec?: object } = {},
): ResolvedSpec {
  const { known, heads = COLUMNS.map((column) => head(column)), spec } = more
  const full = ExperimentSpec.parse({
    dataset: 'insects',
    base: { architecture: 'lenet' },
    heads,
    strategy: { type: 'multi-task-hard', ...strategy },
    ...spec,
  })
  return resolveSpec(full, { dataset: facts(known), bases: [], trained: () => null })
}

const codes = ({ problems }: ResolvedSpec): string[] => problems.map(({ level, code }) => `${level}:${code}`)
const fixOf = ({ problems }: ResolvedSpec, code: string) =>
  problems.find((problem) => problem.code === code)?.fix?.patch
const SOFT = { type: 'multi-task-soft' }

describe('preflight of tasks', () => {
  it('a sound plan has nothing to say', () => {
    expect(codes(resolve({}))).toEqual([])
    expect(codes(resolve(SOFT))).toEqual([])
  })

  it.each(['multi-task-hard', 'multi-task-soft'])(
    '%s: one task is too few, and the other columns are offered',
    (type) => {
      const resolved = resolve({ type }, { heads: [head(COLUMNS[0]!)] })
      expect(codes(resolved)).toEqual(['block:tasks-few'])
      expect(fixOf(resolved, 'tasks-few')).toEqual({ heads: COLUMNS.map((column) => head(column)) })
      expect(codes(resolve({ type }, { heads: [], known: { columns: [COLUMNS[0]!] } }))).toEqual(['block:tasks-few'])
    },
  )

  it('a column without any label blocks, and its head can be removed', () => {
    const resolved = resolve({}, { known: { summaries: { side: summary(0) }, counts: { side: [0, 0] } } })
    expect(codes(resolved)).toContain('block:task-unlabelled')
    expect(fixOf(resolved, 'task-unlabelled')).toEqual({ heads: [head(COLUMNS[0]!), head(COLUMNS[2]!)] })
  })

  it('a constant task, class or number', () => {
    expect(codes(resolve({}, { known: { counts: { side: [1000, 0] } } }))).toContain('warn:task-constant')
    expect(codes(resolve({}, { known: { summaries: { size: summary(1000, 0) } } }))).toContain('warn:task-constant')
  })

  it('missing labels are told, with their share and that they are masked', () => {
    const resolved = resolve({}, { known: { summaries: { size: summary(40, 2) } } })
    expect(codes(resolved)).toEqual(['warn:task-missing-labels'])
    expect(resolved.problems[0]!.message).toContain('4 %')
    expect(resolved.problems[0]!.message).toContain('left out of its loss')
  })

  it('rows that no two tasks have in common', () => {
    const relations = [{ a: 'kind', b: 'side', both: 0, aFromB: 0, bFromA: 0 }]
    expect(codes(resolve({}, { known: { relations } }))).toEqual(['warn:tasks-apart'])
  })

  it('identical tasks: the same column twice, or two columns that say the same', () => {
    const twice = [head(COLUMNS[0]!), { ...head(COLUMNS[0]!), name: 'again' }]
    expect(codes(resolve({}, { heads: twice }))).toEqual(['warn:tasks-identical'])
    const relations = [{ a: 'side', b: 'kind', both: 900, aFromB: 1, bFromA: 0.995 }]
    const resolved = resolve({}, { known: { relations } })
    expect(codes(resolved)).toEqual(['warn:tasks-identical'])
    expect(fixOf(resolved, 'tasks-identical')).toBeDefined()
  })

  it('a column that follows from another, whichever stands first', () => {
    const known = (a: string, b: string, aFromB: number, bFromA: number) => ({
      relations: [{ a, b, both: 900, aFromB, bFromA }],
    })
    for (const relations of [known('kind', 'side', 0.5, 1), known('side', 'kind', 1, 0.5)]) {
      const resolved = resolve({}, { known: relations })
      expect(codes(resolved)).toEqual(['warn:task-implied'])
      expect(resolved.problems[0]!.message).toMatch(/^"side" follows from "kind"/)
    }
  })

  it('losses more than ten times apart, unless their weights are learnt', () => {
    const heads = [head(COLUMNS[0]!, 20), head(COLUMNS[1]!)]
    const resolved = resolve({ weighting: 'fixed' }, { heads })
    // 20 * 1.089 against ln 2.
    expect(codes(resolved)).toEqual(['warn:task-scale'])
    expect(resolved.problems[0]!.message).toContain('31 times')
    expect(fixOf(resolved, 'task-scale')).toEqual({ 'strategy.weighting': 'uncertainty' })
    expect(codes(resolve({ weighting: 'equal' }, { heads }))).toEqual([])
    expect(codes(resolve({ weighting: 'uncertainty' }, { heads }))).toEqual([])
    // A class of one in 250: entropy .026 against 1.
    expect(codes(resolve({}, { known: { counts: { side: [996, 4] } } }))).toEqual(['warn:task-scale'])
  })

  it.each(['multi-task-hard', 'multi-task-soft'])('%s: no single-task baseline', (type) => {
    const resolved = resolve({ type, compareAlone: false })
    expect(codes(resolved)).toEqual(['warn:no-single-task'])
    expect(fixOf(resolved, 'no-single-task')).toEqual({ 'strategy.compareAlone': true })
  })
})

describe('auxiliary heads', () => {
  it('have to exist, the nearest is offered', () => {
    const resolved = resolve({ auxiliary: ['sizes'] })
    expect(codes(resolved)).toEqual(['block:auxiliary-unknown'])
    expect(fixOf(resolved, 'auxiliary-unknown')).toEqual({ 'strategy.auxiliary': ['size'] })
  })

  it('cannot be all', () => {
    const resolved = resolve({ auxiliary: ['kind', 'side', 'size'] })
    expect(codes(resolved)).toEqual(['block:auxiliary-all'])
    expect(fixOf(resolved, 'auxiliary-all')).toEqual({ 'strategy.auxiliary': ['side', 'size'] })
  })
})

describe('links of soft sharing', () => {
  it('name layers, blocks or patterns, each with a strength', () => {
    expect(codes(resolve({ ...SOFT, layers: 'conv1=0.01, hidden1=0.001, conv.*' }))).toEqual([])
  })

  it('an unknown name, a strength that is none, a layer without weights', () => {
    const unknown = resolve({ ...SOFT, layers: 'conv1=0.01, hiden1=0.1' })
    expect(codes(unknown)).toEqual(['block:link-entry'])
    expect(fixOf(unknown, 'link-entry')).toEqual({ 'strategy.layers': 'conv1=0.01, hidden1=0.1' })
    for (const layers of ['conv1=much', 'conv1=', 'conv1=-1', 'flatten', 'head_kind']) {
      expect(codes(resolve({ ...SOFT, layers })), layers).toEqual(['block:link-entry'])
    }
    expect(codes(resolve({ ...SOFT, sharing: 'cross-stitch', stitchAfter: 'nowhere' }))).toEqual(['block:link-entry'])
  })

  it('none at all', () => {
    expect(codes(resolve({ ...SOFT, strength: 0 }))).toEqual(['warn:links-off'])
    expect(codes(resolve({ ...SOFT, strength: 0, layers: 'conv1=0.1' }))).toEqual([])
  })

  it('nothing between the heads that learns', () => {
    const resolved = resolve(SOFT, { spec: { freeze: { upTo: 'hidden1' } } })
    expect(codes(resolved)).toContain('block:nothing-to-link')
  })

  it('a main task that there is not', () => {
    const resolved = resolve({ ...SOFT, keep: 'main', mainTask: 'kinds' })
    expect(codes(resolved)).toEqual(['block:main-task'])
  })
})

describe('did sharing help', () => {
  const scores = [
    { task: 'kind', metric: 'accuracy', together: 0.88, alone: 0.8 },
    { task: 'size', metric: 'rmse', together: 2.2, alone: 2 },
  ] as const

  it('relative gains point the same way for accuracies and errors; their mean is delta m', () => {
    expect(scores.map(relativeGain)).toEqual([expect.closeTo(0.1, 10), expect.closeTo(-0.1, 10)])
    expect(deltaM(scores)).toBeCloseTo(0, 10)
    expect(deltaM([scores[0], { ...scores[1], together: 1.9 }])).toBeCloseTo((0.1 + 0.05) / 2, 10)
  })

  it('is said in words with the tasks that gained and lost', () => {
    const exhibit = sharingExhibit([scores[0], { ...scores[1], together: 1.98 }], 'test', ['side'])
    expect(exhibit.level).toBe('good')
    expect(exhibit.words).toBe(
      'Sharing helped: by +5.5 % on average over the tasks on the test split, against a network of its own for each with as many epochs (better together: kind, size). side only helped and is not in the saved network. One seed: repeat with others before you rely on it.',
    )
    expect(sharingExhibit([{ ...scores[1] }], 'test').level).toBe('warn')
    expect(sharingExhibit([{ ...scores[0], together: 0.8 }], 'test').words).toContain('Sharing made no difference')
  })
})
