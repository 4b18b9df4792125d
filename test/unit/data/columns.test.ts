import { describe, expect, it } from 'vitest'
import {
  cellText,
  describeColumns,
  labelTypeOf,
  MAX_CATEGORIES,
  MAX_DISTINCT,
  suggestImageLabels,
  suggestTableLabels,
} from '../../../src-main/data/columns.ts'
import { columnOf, tableOf } from '../../support/table-of.ts'

const one = (texts: readonly string[], name = 'x', missing?: readonly string[]) =>
  describeColumns(columnOf(name, texts), missing)[0]!
const numbers = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => String(from + i))
const words = (count: number): string[] => numbers(count).map((number) => `word ${number}`)

describe('a column of numbers', () => {
  it('counts what it holds', () => {
    expect(one(['3', '1', '', '3', 'NA', '2.5'])).toMatchObject({
      name: 'x',
      index: 0,
      type: 'numeric',
      distinct: 3,
      missing: 2,
      examples: ['3', '1', '2.5'],
      isInteger: false,
      hasLeadingZeros: false,
      decimal: 'point',
      isMarked: false,
      unit: '',
      missingTexts: ['NA'],
      wordsKept: [],
      isSplit: false,
    })
    expect(one(['3', '1.0', '', '3'])).toMatchObject({ isInteger: true, missing: 1 })
  })

  it('may have one odd cell of at least five, or one in twenty', () => {
    expect(one([...numbers(3), 'x']).type).toBe('categorical')
    expect(one([...numbers(4), 'x'])).toMatchObject({ type: 'numeric', missing: 1, distinct: 5 })
    expect(one([...numbers(4), 'x', 'y']).type).toBe('categorical')
    expect(one([...numbers(38), 'x', 'y']).type).toBe('numeric')
    expect(one([...numbers(37), 'x', 'y', 'z']).type).toBe('categorical')
    // How often a text stands there counts, not how many texts there are.
    expect(one([...numbers(37), 'x', 'x', 'x']).type).toBe('categorical')
    expect(one(['1', '1', '1', '1', 'x']).type).toBe('numeric')
  })

  it('takes failed formulas and numbers beyond 32 bits for missing', () => {
    expect(one(['1', '#N/A', '#DIV/0!', 'inf', '1e300'])).toMatchObject({ type: 'numeric', distinct: 1, missing: 4 })
  })

  it('carries one unit or none', () => {
    expect(one(['$1', '$2'])).toMatchObject({ type: 'numeric', unit: '$' })
    expect(one(['$1', '2']).type).toBe('categorical')
    expect(one(['a', 'b']).unit).toBe('')
  })

  it('has leading zeros only where whole numbers have', () => {
    expect(one(['007', '12']).hasLeadingZeros).toBe(true)
    expect(one(['0.5', '01.5', '12']).hasLeadingZeros).toBe(false)
  })

  it('knows how it is written', () => {
    expect(one(['0,5', '1,5'])).toMatchObject({ type: 'numeric', decimal: 'comma', isMarked: true })
    expect(one(['1,234', '5'])).toMatchObject({ decimal: 'point', isMarked: true })
    expect(one(['a,b', 'c'])).toMatchObject({ type: 'categorical', isMarked: false })
    expect(one(['007', '12'])).toMatchObject({ type: 'numeric', hasLeadingZeros: true })
    for (const plain of [['0', '0.7', '10'], ['007.5', '1'], ['a', '007']]) expect(one(plain).hasLeadingZeros).toBe(false) // prettier-ignore
  })

  it('without any number is none', () => {
    expect(one(['', 'NA', ''])).toMatchObject({ type: 'categorical', distinct: 0, missing: 3, examples: [] })
    expect(one([])).toMatchObject({ type: 'categorical', distinct: 0, missing: 0 })
    expect(one(['a', 'b'])).toMatchObject({ isInteger: false, missing: 0 })
  })
})

describe('an id', () => {
  it.each(['id', '_id', 'Index', 'uuid', 'row id', 'Unnamed: 0', 'customer_id', 'passenger id'])(
    'is called %s',
    (name) => {
      expect(one(['1', '2', '3'], name).type).toBe('id')
    },
  )

  it('is another in every row, and whole where it is a number', () => {
    expect(one(['a', 'b'], 'id').type).toBe('id')
    expect(one(['1', '2', '2'], 'id').type).toBe('numeric')
    expect(one(['1', '2', ''], 'id').type).toBe('numeric')
    expect(one(['1.5', '2'], 'id').type).toBe('numeric')
    expect(one(['1'], 'id').type).toBe('numeric')
    expect(one(['1', '2'], 'valid').type).toBe('numeric')
    expect(one(['a', 'b'], 'idle').type).toBe('categorical')
    expect(one([...numbers(39), '0.5'], 'id').type).toBe('numeric')
  })
})

describe('a column of paths', () => {
  it('names images in four of five cells', () => {
    expect(one(['a.png', 'b.jpg', 'c.png', 'd.tif', 'none of them']).type).toBe('path')
    expect(one(['a.png', 'b.jpg', 'c.png', 'x', 'y']).type).toBe('categorical')
    expect(one(['a.png', 'a.png', 'a.png', 'a.png', 'x']).type).toBe('path')
    expect(one(['a.png', 'b.png'], 'id').type).toBe('path')
    expect(one(['', '']).type).toBe('categorical')
  })
})

describe('a column of splits', () => {
  it('holds nothing but names of splits, and two of them', () => {
    expect(one(['train', 'test', 'train', '']).isSplit).toBe(true)
    expect(one(['train', 'train']).isSplit).toBe(false)
    expect(one(['train', 'test', 'cat']).isSplit).toBe(false)
    expect(one(['', '']).isSplit).toBe(false)
  })
})

describe('cells without a value', () => {
  it('may be words where the others are words, and codes where they are codes', () => {
    expect(one(['Mild', 'None', 'Severe'])).toMatchObject({
      distinct: 3,
      missing: 0,
      wordsKept: ['None'],
      missingTexts: [],
    })
    expect(one(['Mild', 'NA', 'Severe'])).toMatchObject({
      distinct: 2,
      missing: 1,
      wordsKept: [],
      missingTexts: ['NA'],
    })
    expect(one(['EU', 'NA', 'AS'])).toMatchObject({ distinct: 3, wordsKept: ['NA'] })
    expect(one(['EU', 'na', 'AS'])).toMatchObject({ distinct: 2, wordsKept: [] })
    expect(one(['EU', 'NA', 'Asia'])).toMatchObject({ distinct: 2, wordsKept: [] })
    expect(one(['EUR', 'NA', 'USD'])).toMatchObject({ distinct: 2, wordsKept: [] })
    expect(one(['Mild', 'None']).isMissing(' None ')).toBe(false)
    expect(one(['1', '2']).isMissing(' None ')).toBe(true)
    expect(one(['Mild', 'None', '3rd'])).toMatchObject({ distinct: 2, wordsKept: [] })
    expect(one(['None', 'NA'])).toMatchObject({ distinct: 0, missing: 2, wordsKept: [] })
    expect(one(['Mild', 'None', '#REF!'])).toMatchObject({ distinct: 2, missing: 1, missingTexts: ['#REF!'] })
  })

  it('are no words among numbers', () => {
    expect(one(['1', 'None', '2'])).toMatchObject({
      type: 'numeric',
      missing: 1,
      wordsKept: [],
      missingTexts: ['None'],
    })
  })

  it('are those that were said, and empty ones', () => {
    const said = one(['-9', '1', 'NA', '', ' -9 '], 'x', [' -9', 'caf\u00e9'])
    expect(said).toMatchObject({ type: 'categorical', missing: 3, missingTexts: ['-9'], wordsKept: [], distinct: 2 })
    expect([said.isMissing('cafe\u0301'), said.isMissing(' '), said.isMissing('NA')]).toEqual([true, true, false])
    expect(one(['1', '-9', '2'], 'x', ['-9'])).toMatchObject({ type: 'numeric', missing: 1 })
    expect(one(['Mild', 'None'], 'x', [])).toMatchObject({ distinct: 2, wordsKept: [] })
  })

  it('are listed up to twenty spellings', () => {
    const spellings = numbers(25).map((number) => `-9${number}`)
    expect(one([...spellings, '', '1'], 'x', spellings).missingTexts).toEqual(spellings.slice(0, 20))
  })
})

it('examples are the first five values, cut at a hundred letters', () => {
  expect(one(['a'.repeat(101), ...words(9)]).examples).toEqual(['a'.repeat(100), ...words(4)])
})

it('counting stops at a limit', () => {
  expect(one(numbers(MAX_DISTINCT + 1)).distinct).toBe(MAX_DISTINCT)
  expect(one(numbers(MAX_DISTINCT - 1)).distinct).toBe(MAX_DISTINCT - 1)
})

it('a cell is its text without space around it, in one Unicode form; one that is not there is empty', () => {
  expect(cellText(['a', ' cafe\u0301\t'], 1)).toBe('caf\u00e9')
  expect(cellText(['a'], 1)).toBe('')
})

describe('as a label a column', () => {
  it('of words, of codes with leading zeros and of few whole numbers is classes', () => {
    expect(labelTypeOf(one(['a', 'b']))).toBe('classification')
    expect(labelTypeOf(one(['007', '1.5', '2']))).toBe('classification')
    expect(labelTypeOf(one(numbers(20)))).toBe('classification')
  })

  it('of fractions or of many whole numbers is a quantity', () => {
    expect(labelTypeOf(one(['0.5', '1']))).toBe('regression')
    expect(labelTypeOf(one(numbers(21)))).toBe('regression')
  })
})

describe('the suggested label of a table', () => {
  const suggested = (columns: string[], ...rows: string[][]) =>
    suggestTableLabels(describeColumns(tableOf(columns, rows)))

  it('has a telling name, or stands last', () => {
    expect(suggested(['Species', 'y2', 'size'], ['a', 'b', '1'], ['c', 'd', '2'])).toEqual(['Species'])
    expect(suggested(['a', 'b', 'size'], ['a', 'b', '1'], ['c', 'd', '2'])).toEqual(['size'])
    expect(suggested(['kind', 'x'], ['a', 'same'], ['b', 'same'])).toEqual(['x'])
    expect(suggested(['labelled', 'subclass', 'size'], ['a', 'b', '1'], ['c', 'd', '2'])).toEqual(['size'])
  })

  it('is no id, path or split, and nothing that is empty', () => {
    const rows = [
      ['a', '1', 'a.png', 'train', ''],
      ['b', '2', 'b.png', 'test', ''],
    ]
    expect(suggested(['kind', 'id', 'file', 'part', 'target'], ...rows)).toEqual(['kind'])
    expect(suggested(['id'], ['1'], ['2'])).toEqual([])
  })

  it('has not more texts than classes may be, but any number of numbers', () => {
    const table = (texts: string[]) => describeColumns(columnOf('x', texts))
    expect(suggestTableLabels(table(words(MAX_CATEGORIES)))).toEqual(['x'])
    expect(suggestTableLabels(table(words(MAX_CATEGORIES + 1)))).toEqual([])
    expect(suggestTableLabels(table(numbers(MAX_CATEGORIES + 1)))).toEqual(['x'])
  })
})

describe('the suggested labels of a list of images', () => {
  const suggested = (columns: string[], rows: string[][]) => {
    const described = describeColumns(tableOf(columns, rows))
    return suggestImageLabels(described, described[0]!, rows.length)
  }

  it('are all that is said, telling names first', () => {
    const rows = [
      ['1', 'left', 'cat', '0.5', 'a.png'],
      ['2', 'top', 'dog', '1.5', 'b.png'],
    ]
    expect(suggested(['name', 'view', 'label', 'weight', 'mask'], rows)).toEqual(['label', 'view', 'weight'])
  })

  it('are no free text: at most 50 texts, or one for two rows', () => {
    const rows = (count: number, texts: number) => numbers(count).map((number, i) => [number, `text ${i % texts}`])
    expect(suggested(['name', 'note'], rows(60, 50))).toEqual(['note'])
    expect(suggested(['name', 'note'], rows(60, 51))).toEqual([])
    expect(suggested(['name', 'note'], rows(120, 60))).toEqual(['note'])
    expect(suggested(['name', 'note'], rows(120, 61))).toEqual([])
    expect(suggested(['name', 'size'], numbers(60).map((number) => [number, `${number}.5`]))).toEqual(['size']) // prettier-ignore
  })
})
