import { describe, expect, it } from 'vitest'
import type { ImportOptions, ImportProblem } from '../../../src-main/contract/datasets.ts'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { chooseFeatures, chooseLabels, labelValue } from '../../../src-main/data/choose-columns.ts'
import { describeColumns, MAX_CATEGORIES } from '../../../src-main/data/columns.ts'
import type { TextTable } from '../../../src-main/data/text-table.ts'
import { columnOf, tableOf } from '../../support/table-of.ts'

const TABLE = tableOf(['size', 'kind', 'grade'], [['1.5', 'b', '2'], ['2.5', 'a', '10'], ['NA', '', '2']]) // prettier-ignore
const labelsOf = (table: TextTable, asked: ImportOptions['labelColumns'], suggested: string[] = []) =>
  chooseLabels(table, describeColumns(table), { labelColumns: asked }, suggested)
const texts = (count: number, start = 'text') => Array.from({ length: count }, (_, i) => `${start}${i}`)

function refusal(run: () => unknown): GraftError {
  try {
    run()
  } catch (error) {
    if (error instanceof GraftError) return error
  }
  return expect.fail('nothing was refused')
}

describe('labels', () => {
  it('are the suggested columns, or those that were asked for, in that order', () => {
    expect(labelsOf(TABLE, undefined, ['kind']).map(({ column }) => column)).toEqual([
      { name: 'kind', type: 'classification', classes: ['a', 'b'] },
    ])
    expect(labelsOf(TABLE, [{ name: 'grade' }, { name: 'size' }], ['kind']).map(({ column }) => column)).toEqual([
      { name: 'grade', type: 'classification', classes: ['2', '10'] },
      { name: 'size', type: 'regression', classes: [] },
    ])
    expect(labelsOf(TABLE, [{ name: 'grade', type: 'regression' }])[0]?.column).toEqual({
      name: 'grade',
      type: 'regression',
      classes: [],
    })
  })

  it('that are no column are refused with those there are, up to forty', () => {
    const names = texts(50, 'c')
    const wide = tableOf(names, [names])
    const error = refusal(() => labelsOf(wide, [{ name: 'other' }]))
    expect(error.code).toBe('E_DATASET_LABEL')
    expect(error.details).toEqual({ available: names.slice(0, 40) })
    expect(error.message).toMatch(/Received: other\. Available: c0, c1, .*, c39\.$/)
    expect(error.fix).toMatch(/Choose/)
  })

  it('of words are no quantities', () => {
    const table = columnOf('kind', texts(5))
    const error = refusal(() => labelsOf(table, [{ name: 'kind', type: 'regression' }]))
    expect([error.code, error.message]).toEqual([
      'E_DATASET_LABEL',
      'Expected numbers in kind for regression. Received: text0, text1, text2.',
    ])
    expect(error.fix).toContain('classification')
  })

  it('have at most a thousand classes', () => {
    expect(labelsOf(columnOf('x', texts(MAX_CATEGORIES)), [{ name: 'x' }])[0]?.column.classes).toHaveLength(1000)
    const many = refusal(() => labelsOf(columnOf('x', texts(MAX_CATEGORIES + 1)), [{ name: 'x' }]))
    expect(many.message).toBe('Expected at most 1000 classes in x. Received: 1001 or more.')
    expect(many.fix).toBe('Choose another label column.')
    const numbers = columnOf('x', texts(MAX_CATEGORIES + 1, ''))
    const asClasses = refusal(() => labelsOf(numbers, [{ name: 'x', type: 'classification' }]))
    expect(asClasses.fix).toBe('Take it as regression.')
    expect(labelsOf(numbers, [{ name: 'x' }])[0]?.column.type).toBe('regression')
  })

  it('of a row are its text, or a number where one is due; null where there is none', () => {
    const [size, kind, grade] = labelsOf(TABLE, [{ name: 'size' }, { name: 'kind' }, { name: 'grade' }])
    expect(labelValue(TABLE.rows[0]!, size!)).toBe(1.5)
    expect(labelValue(TABLE.rows[0]!, grade!)).toBe('2')
    expect(labelValue(TABLE.rows[0]!, kind!)).toBe('b')
    expect(labelValue(TABLE.rows[2]!, size!)).toBeNull()
    expect(labelValue(TABLE.rows[2]!, kind!)).toBeNull()
    expect(labelValue(['big', 'x'], size!)).toBeNull()
    expect(labelValue([], size!)).toBeNull()
    expect(labelValue(['1', `${'x'.repeat(250)}`], kind!)).toBe('x'.repeat(200))
  })

  it('that were said to be missing are, though they are numbers', () => {
    const table = columnOf('x', ['-9', '1.5', '2.5'])
    const [label] = chooseLabels(table, describeColumns(table, ['-9']), { labelColumns: [{ name: 'x' }] }, [])
    expect(table.rows.map((row) => labelValue(row, label!))).toEqual([null, 1.5, 2.5])
  })
})

describe('features', () => {
  function featuresOf(table: TextTable, labels: string[], ignored: string[] = []) {
    const columns = describeColumns(table)
    const problems: ImportProblem[] = []
    const chosen = chooseLabels(table, columns, { labelColumns: labels.map((name) => ({ name })) }, []) // prettier-ignore
    const features = chooseFeatures(table, columns, chosen, ignored, problems)
    return { features: features.map(({ column }) => column), problems }
  }

  it('are the columns that remain, numbers as they are written and words as categories', () => {
    expect(featuresOf(TABLE, ['grade'])).toEqual({
      features: [
        { name: 'size', type: 'numeric', categories: [], decimal: 'point', missing: { cells: 1, texts: ['NA'] } },
        { name: 'kind', type: 'categorical', categories: ['a', 'b'], missing: { cells: 1, texts: [] } },
      ],
      problems: [],
    })
    expect(featuresOf(TABLE, ['grade'], ['size']).features.map(({ name }) => name)).toEqual(['kind'])
  })

  it('are no ids, paths or splits', () => {
    const rows = [['1', 'a.png', 'train', '3', 'x'], ['2', 'b.png', 'test', '4', 'y']] // prettier-ignore
    const { features, problems } = featuresOf(tableOf(['id', 'file', 'part', 'size', 'kind'], rows), ['kind'])
    expect([features.map(({ name }) => name), problems]).toEqual([['size'], []])
  })

  it('without a value, or with too many texts, are left out with a word', () => {
    const rows = texts(MAX_CATEGORIES + 1).map((text, i) => [text, '', String(i % 2)])
    const { features, problems } = featuresOf(tableOf(['note', 'empty', 'kind'], rows), ['kind'])
    expect(features).toEqual([])
    expect(problems).toEqual([
      {
        path: 'note',
        code: 'bad-value',
        level: 'warning',
        message: 'The column holds more than 1000 different texts; it is left out of the features.',
      },
      { path: 'empty', code: 'bad-value', level: 'warning', message: 'The column has no value; it is left out.' },
    ])
    const fits = texts(MAX_CATEGORIES).map((text, i) => [text, String(i % 2)])
    expect(featuresOf(tableOf(['note', 'kind'], fits), ['kind']).features[0]?.categories).toHaveLength(1000)
  })
})
