import { describe, expect, it } from 'vitest'
import { decimalMarks } from '../../../src-main/data/decimal-marks.ts'
import { columnOf, tableOf } from '../../support/table-of.ts'

const marksOf = (rows: string[][], delimiter: string | null = ',') =>
  decimalMarks(tableOf(rows[0]!.map((_, i) => `c${i}`), rows, { delimiter })) // prettier-ignore

describe('the decimal mark of a column', () => {
  it('is what most of its cells write', () => {
    expect(marksOf([['0,5'], ['1,25'], ['0.5']])).toEqual(['comma'])
    expect(marksOf([['0,5'], ['1.25'], ['0.5']])).toEqual(['point'])
    expect(marksOf([['0,5'], ['0.5']])).toEqual(['point'])
  })

  it('is the point where nothing speaks', () => {
    expect(marksOf([['1', 'a', '']], ';')).toEqual(['point', 'point', 'point'])
  })

  it('of cells that could be both follows the separator', () => {
    expect(marksOf([['1,234'], ['5,678']], ',')).toEqual(['point'])
    expect(marksOf([['1,234'], ['5,678']], ';')).toEqual(['comma'])
  })

  it('follows the other columns before the separator', () => {
    expect(marksOf([['1,234', '0,5']], ',')).toEqual(['comma', 'comma'])
    expect(marksOf([['1,234', '0.5']], ';')).toEqual(['point', 'point'])
    expect(marksOf([['1,234', '0,5', '0.5']], ';')).toEqual(['comma', 'comma', 'point'])
    expect(marksOf([['1,234', '0,5', '0.5']], ',')).toEqual(['point', 'comma', 'point'])
  })

  it('does not count a column with some points among its commas as one with points', () => {
    const rows = [['1,234', '0,5'], ['1,234', '0,5'], ['1,234', '0.5']] // prettier-ignore
    expect(marksOf(rows, ',')).toEqual(['comma', 'comma'])
  })

  it('takes a column that writes both alike for one with points', () => {
    expect(marksOf([['1,234', '0,5'], ['1,234', '0.5']], ';')).toEqual(['point', 'point']) // prettier-ignore
  })

  it('is what a model knows, unless its own cells say otherwise', () => {
    const known = (name: string) => (name === 'price' ? 'comma' : undefined)
    expect(decimalMarks(columnOf('price', ['1,234']), known)).toEqual(['comma'])
    expect(decimalMarks(columnOf('price', ['0.5']), known)).toEqual(['point'])
    expect(decimalMarks(tableOf(['price', 'size'], [['1,234', '0.5']]), known)).toEqual(['comma', 'point'])
    expect(decimalMarks(columnOf('size', ['1,234']), known)).toEqual(['point'])
  })

  it('is read from rows that end early', () => expect(marksOf([['a', 'b'], ['0,5']])).toEqual(['comma', 'comma']))
})
