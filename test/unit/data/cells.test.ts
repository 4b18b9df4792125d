import { describe, expect, it } from 'vitest'
import {
  isBeyondNumbers,
  isMissing,
  isSheetError,
  markOf,
  MAX_VALUE,
  parseNumber,
  unitOf,
} from '../../../src-main/data/cells.ts'
import { processorTime } from '../../support/processor-time.ts'

describe('a cell', () => {
  it.each(['', '  ', ' NA ', 'n/a', '<NA>', 'NaN', 'null', 'NONE', 'nil', '?', '-'])('%j has no value', (text) => {
    expect(isMissing(text)).toBe(true)
  })

  it.each(['0', 'no', 'nano', '--', '??', 'not null', '#N/A'])('%j has a value', (text) => {
    expect(isMissing(text)).toBe(false)
  })

  it('of a formula that failed is told', () => {
    const errors = ['#N/A', '#DIV/0!', '#VALUE!', '#ref!', '#NUM!', '#NAME?', '#NULL!']
    expect(errors.filter(isSheetError)).toEqual(errors)
    expect(['N/A', '#1', '##REF!', '#REF! 2'].filter(isSheetError)).toEqual([])
  })

  it('may be meant as a number that 32 bits do not hold', () => {
    const beyond = ['inf', '-Infinity', '1e300', '-1e400', '1,000e300', '3.5e38']
    expect(beyond.filter(isBeyondNumbers)).toEqual(beyond)
    expect(['1e38', String(MAX_VALUE), String(-MAX_VALUE), 'info', '', '1,5e300'].filter(isBeyondNumbers)).toEqual([])
  })

  it.each([
    ['€5', '€'],
    ['-$3', '$'],
    ['+ £2', '£'],
    ['-  ¥ 7', '¥'],
    ['5%', '%'],
    ['5 €', '€'],
    ['$5%', '$'],
    ['5', ''],
    ['a €5', ''],
    ['--$5', ''],
    ['5% of all', ''],
    ['%5', ''],
  ])('%j carries %j', (text, unit) => expect(unitOf(text)).toBe(unit))

  it.each([
    ['1,234,567.5', 'point', 1_234_567.5],
    ['1.234.567,5', 'comma', 1_234_567.5],
    ['12,34', 'comma', 12.34],
    ['12,34', 'point', Number.NaN],
    ['0,123', 'point', Number.NaN],
    ['12.5 %', 'point', 12.5],
    ['€ 1,200.50', 'point', 1200.5],
    [' -  €  3 ', 'point', -3],
    ['+$4', 'point', 4],
    ['1.200,5 €', 'comma', 1200.5],
    ['5 € net', 'point', Number.NaN],
    ['5 5', 'point', Number.NaN],
    [String(MAX_VALUE), 'point', MAX_VALUE],
    [String(-MAX_VALUE), 'point', -MAX_VALUE],
    ['3.5e38', 'point', Number.NaN],
    ['-3.5e38', 'point', Number.NaN],
  ] as const)('%j with decimal %s is %s', (text, mark, value) => expect(parseNumber(text, mark)).toBe(value))

  it.each([
    ['1,234', 'either'],
    ['-12,345', 'either'],
    ['$1,234', 'either'],
    ['0,123', 'comma'],
    ['1,2345', 'comma'],
    ['1,5', 'comma'],
    ['5,5 %', 'comma'],
    ['1.234,5', 'comma'],
    ['12,345,678', 'point'],
    ['1,234.5', 'point'],
    ['1.5', 'point'],
    ['1.234', null],
    ['12', null],
    ['words', null],
    ['', null],
  ])('%j tells of its decimal mark: %s', (text, mark) => expect(markOf(text)).toBe(mark))
})

describe('parseNumber', () => {
  it.each([
    ['1', 1],
    [' -2.5e3 ', -2500],
    ['.5', 0.5],
    ['1,5', Number.NaN],
    ['1e999', Number.NaN],
    ['0x10', Number.NaN],
    ['', Number.NaN],
    ['12 cm', Number.NaN],
  ])('%j is %s', (text, value) => expect(parseNumber(text, 'point')).toBe(value))

  it('reads decimal commas where a column has them', () => expect(parseNumber('1,5', 'comma')).toBe(1.5))

  it('takes no time for a hundred thousand digits that are no number', () => {
    const spent = processorTime()
    for (const mark of ['point', 'comma'] as const) expect(parseNumber(`${'1'.repeat(100_000)}x`, mark)).toBeNaN()
    expect(spent()).toBeLessThan(500)
  })
})
