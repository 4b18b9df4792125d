import { describe, expect, it } from 'vitest'
import { chooseLabels } from '../../../src-main/data/choose-columns.ts'
import { columnNotes, labelNotes } from '../../../src-main/data/column-notes.ts'
import { describeColumns, MAX_CATEGORIES } from '../../../src-main/data/columns.ts'
import { columnOf } from '../../support/table-of.ts'

function notes(texts: string[], delimiter = ','): string[] {
  const table = columnOf('x', texts, { delimiter })
  const found = columnNotes(describeColumns(table)[0]!, table)
  for (const note of found) expect(note).toMatchObject({ code: 'bad-value', level: 'warning' })
  return found.map(({ path, message }) => `${path}: ${message}`)
}

describe('of a column', () => {
  it('that can be read in one way nothing is said', () => {
    for (const texts of [['1', '2.5', ''], ['a', 'b', 'a, b'], ['1', '2', '9007199254740991'], []])
      // prettier-ignore
      expect(notes(texts)).toEqual([])
  })

  it('each word is said that is a class and usually none', () => {
    expect(notes(['Mild', 'None', 'none', 'Severe'])).toEqual([
      expect.stringContaining('x: “None” is a class of its own here'),
      expect.stringContaining('x: “none” is a class of its own here'),
    ])
  })

  it('marks of thousands and decimals are said with an example', () => {
    expect(notes(['5', ' 1,234 ', '6,789'])).toEqual([
      'x: Numbers are written with commas between thousands: 1,234 is read as 1234.',
    ])
    expect(notes(['5', '1,5'])).toEqual(['x: Numbers are written with a decimal comma: 1,5 is read as 1.5.'])
    expect(notes(['1', '2', '3', '4', 'a,b'])).toEqual([])
    // Of those that can be read.
    expect(notes(['1', '2', '3', '4', '1,2,3', '1,234'])).toEqual([expect.stringContaining(': 1,234 is read as 1234')])
  })

  it('a unit is said with the first value', () => {
    expect(notes(['12.5 %', '7 %'])).toEqual(['x: Numbers carry %, which is left out: 12.5 % is read as 12.5.'])
  })

  it('whole numbers are said that lose digits', () => {
    expect(notes(['1', '+9007199254740993', '-9007199254740995'])).toEqual([
      expect.stringContaining('+9007199254740993 is read as 9007199254740992. Leave the column out'),
    ])
    const others = [
      '9007199254740993.5',
      '9007199254740992.5',
      '9007199254740990.0',
      '9007199254740991',
      'x9007199254740993',
    ]
    expect(notes(others)).toEqual([])
    expect(notes(['9007199254740993', '9007199254740992'])).toEqual([expect.stringContaining(': 9007199254740993 is')])
    expect(notes(['a', '9007199254740993', '9007199254740993b'])).toEqual([])
  })

  it('a text in two Unicode forms is said once', () => {
    expect(notes(['cafe\u0301', 'bar', 'caf\u00e9', 'cafe\u0301'])).toEqual([
      'x: "caf\u00e9" is written in two Unicode forms that look alike; they are taken as one.',
    ])
    expect(notes([' cafe\u0301', 'caf\u00e9 '])).toHaveLength(1)
    expect(notes(['cafe\u0301', 'cafe\u0301', 'bar', 'bar'])).toEqual([])
  })

  it('a number that dwarfs the others comes first', () => {
    expect(notes(['1', '2', '3', '4', '5', 'a', 'b', 'c', '1e30'])).toEqual([])
    const told = notes(['$1', '$2', '$3', '$4', '$5e30'])
    expect(told).toEqual([expect.stringMatching(/^line 6: .*5e30/), expect.stringContaining('Numbers carry $')])
  })
})

describe('of a label', () => {
  function told(texts: string[], type?: 'regression' | 'classification', asked = type !== undefined) {
    const table = columnOf('x', texts)
    const labels = chooseLabels(
      table,
      describeColumns(table),
      { labelColumns: [{ name: 'x', ...(type && { type }) }] },
      [],
    )
    return labelNotes(labels, asked ? [{ name: 'x', ...(type && { type }) }] : undefined)
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))

  it('whole numbers that are taken as quantities are said, unless that was asked for', () => {
    expect(told(numbers(25))).toEqual([
      {
        path: 'x',
        code: 'bad-value',
        level: 'warning',
        message:
          '25 different whole numbers are taken as quantities (regression). If they are classes, import them as such (--classes x; in the window, “Label: classes”).',
      },
    ])
    expect(told(numbers(25), undefined, true)).toHaveLength(1)
    expect(told(numbers(25), 'regression', false)).toHaveLength(1)
    expect(told(numbers(25), 'regression')).toEqual([])
  })

  it('that was asked for of one label says nothing of another', () => {
    const table = columnOf('x', numbers(25))
    const labels = chooseLabels(table, describeColumns(table), { labelColumns: [{ name: 'x' }] }, [])
    expect(labelNotes(labels, [{ name: 'y', type: 'regression' }])).toHaveLength(1)
    expect(labelNotes(labels, [{ name: 'x', type: 'regression' }, { name: 'y' }])).toEqual([])
  })

  it('other labels are nothing to talk about', () => {
    expect(told(numbers(25), 'classification', false)).toEqual([])
    expect(told(numbers(5))).toEqual([])
    expect(told(['0.5', ...numbers(30)])).toEqual([])
    expect(told(numbers(MAX_CATEGORIES))).toHaveLength(1)
    expect(told(numbers(MAX_CATEGORIES + 1))).toEqual([])
  })
})
