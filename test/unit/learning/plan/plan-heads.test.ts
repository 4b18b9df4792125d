import { describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import type { DatasetFacts } from '../../../../src-main/learning/context.ts'
import { resolveHeads } from '../../../../src-main/learning/plan/plan-heads.ts'

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 50, validation: 5, test: 5 },
  labelColumns: [
    { name: 'kind', type: 'classification', classes: ['ant', 'bee'] },
    { name: 'size', type: 'regression', classes: [] },
  ],
  featureColumns: [],
  channels: 3,
  imageSize: null,
  columnStatistics: {},
}

function resolve(heads: object[], dataset: DatasetFacts | null = photos) {
  const spec = { dataset: 'photos', base: 'b', strategy: { type: 's' }, heads }
  return resolveHeads(ExperimentSpec.parse(spec), dataset)
}

const kind = { name: 'a', column: 'kind', type: 'classification' }

describe('heads of a spec', () => {
  it('are joined with the columns that they learn', () => {
    const { heads, problems } = resolve([{ ...kind, weight: 3 }, { name: 'b', column: 'size', type: 'regression' }]) // prettier-ignore
    expect(heads).toEqual([
      { head: { name: 'a', column: 'kind', type: 'classification', classes: ['ant', 'bee'] }, weight: 3, layer: 'head_a' },
      { head: { name: 'b', column: 'size', type: 'regression', classes: [] }, weight: 1, layer: 'head_b' },
    ]) // prettier-ignore
    expect(problems).toEqual([])
  })

  it('without any: one for the first label column', () => {
    const { heads, problems } = resolve([])
    expect(heads).toEqual([
      { head: { name: 'kind', column: 'kind', type: 'classification', classes: ['ant', 'bee'] }, weight: 1, layer: 'head_kind' },
    ]) // prettier-ignore
    expect(problems).toEqual([])
  })

  it('without a dataset nothing is missing yet', () => {
    expect(resolve([], null)).toEqual({ heads: [], problems: [] })
    const { heads, problems } = resolve([kind], null)
    expect(heads.map(({ head }) => head.classes)).toEqual([[]])
    expect(problems).toEqual([])
  })

  it('a head for numbers has no classes, even of a column that has', () => {
    expect(resolve([{ ...kind, type: 'regression' }]).heads[0]!.head.classes).toEqual([])
  })

  it.each([
    ['a b', 'head_a_b'],
    ['a (b)/c', 'head_a_b_c'],
    ['größe', 'head_gro_e'],
    ['v1.2_x-y', 'head_v1.2_x-y'],
    ['x'.repeat(50), `head_${'x'.repeat(40)}`],
  ])('%s has a layer with the letters of layer names', (name, layer) => {
    expect(resolve([{ ...kind, name }]).heads[0]!.layer).toBe(layer)
  })

  it('names that end in the same letters have layers of their own', () => {
    const { heads, problems } = resolve(['a b', 'a/b', 'a-b', 'a+b'].map((name) => ({ ...kind, name })))
    expect(heads.map(({ layer }) => layer)).toEqual(['head_a_b', 'head_a_b_2', 'head_a-b', 'head_a_b_3'])
    expect(problems).toEqual([])
  })
})

describe('what blocks', () => {
  const problemsOf = (heads: object[], dataset: DatasetFacts | null = photos) => resolve(heads, dataset).problems

  it('a dataset without a label column', () => {
    expect(problemsOf([], { ...photos, labelColumns: [] })).toEqual([
      {
        level: 'block',
        code: 'head-column',
        message: 'The dataset "photos" has no label column to learn. Label some items first.',
        fix: null,
      },
    ])
  })

  it('a column that is not there: the nearest is offered, else the first', () => {
    const [first, second] = problemsOf([kind, { ...kind, name: 'b', column: 'sise' }])
    expect(second).toBeUndefined()
    expect(first).toEqual({
      level: 'block',
      code: 'head-column',
      message: 'Head "b" learns the column "sise", which "photos" does not have. It has: kind, size.',
      fix: { title: 'Learn size', patch: { 'heads.1.column': 'size' } },
    })
    expect(problemsOf([{ ...kind, column: 'elsewhere' }])[0]!.fix).toEqual({
      title: 'Learn kind',
      patch: { 'heads.0.column': 'kind' },
    })
    const none = problemsOf([kind], { ...photos, labelColumns: [] })
    expect(none).toHaveLength(1)
    expect(none[0]).toMatchObject({ message: expect.stringMatching(/It has: none\.$/) as string, fix: null })
  })

  it('a head of the other type', () => {
    expect(problemsOf([{ name: 'a', column: 'size', type: 'classification' }])).toEqual([
      {
        level: 'block',
        code: 'head-type',
        message: 'Head "a" is for classification, but the column "size" is for regression.',
        fix: { title: 'Use regression', patch: { 'heads.0.type': 'regression' } },
      },
    ])
  })

  it('a column of fewer than two classes', () => {
    const labelColumns = [{ name: 'kind', type: 'classification' as const, classes: ['ant'] }]
    expect(problemsOf([kind], { ...photos, labelColumns })).toEqual([
      {
        level: 'block',
        code: 'head-classes',
        message: 'The column "kind" has 1 class; a classifier needs two or more.',
        fix: null,
      },
    ])
  })

  it('two heads of one name; both are kept', () => {
    const { heads, problems } = resolve([kind, { ...kind, name: 'b' }, kind])
    expect(heads.map(({ layer }) => layer)).toEqual(['head_a', 'head_b', 'head_a_2'])
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['head-name', 'Two heads are named "a". Give each its own name.'],
    ])
  })
})
