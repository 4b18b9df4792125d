import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../../bench/engine/options.ts'
import { ratio, type Report, type Result, writeReport } from '../../bench/engine/results.ts'
import { measureRow, type Row } from '../../bench/engine/row.ts'

const ROW: Omit<Row, 'enter'> = {
  id: 'row',
  title: 'work',
  unit: 'images/s',
  better: 'more',
  contenders: ['graft', 'stock', 'torch'],
  goals: { stock: 2 },
  goal: null,
  mostRounds: 3,
  isLong: false,
}
const RESULT: Result = { ...ROW, rounds: 1, figures: { graft: 30, stock: 20 }, values: {}, notes: {}, failed: [] }

test('contenders are measured in turn, peers only with their Python, and one that fails is left out', async () => {
  const order: string[] = []
  const enter: Row['enter'] = (name) => {
    const measure = () => {
      order.push(name)
      if (name === 'stock' && order.length > 2) return Promise.reject(new Error('out of memory'))
      return Promise.resolve({ value: order.length })
    }
    return Promise.resolve({ measure, close: () => Promise.resolve() })
  }
  const result = await measureRow({ ...ROW, enter }, { folder: '', python: null, rounds: 5 })
  expect(order).toEqual(['graft', 'stock', 'graft', 'stock', 'graft'])
  expect(result).toMatchObject({
    rounds: 3,
    figures: { graft: 3 },
    failed: ['stock'],
    notes: { stock: 'failed: out of memory' },
  })
  expect(result.figures.stock).toBeUndefined()
})

test('a ratio says how many times better Graft is, for rates and for durations', () => {
  expect(ratio(RESULT, 'stock')).toBe(1.5)
  expect(ratio({ ...RESULT, better: 'less' }, 'stock')).toBeCloseTo(2 / 3)
  expect(ratio(RESULT, 'keras')).toBeNull()
})

test('the table goes between its markers, with missed goals in bold', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'page.md')
  const report: Report = {
    at: '2026-01-02T03:04:05Z',
    machine: 'a machine',
    versions: { Node: '24' },
    results: [
      RESULT,
      { ...RESULT, title: 'a wait', better: 'less', goal: 5 },
      { ...RESULT, title: 'a rate', goal: 30 },
    ],
  }
  writeFileSync(file, 'before\n<!-- bench:engine -->\nstale\n<!-- /bench:engine -->\nafter\n')
  writeReport(file, report)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('| work (images/s) | 30.0 | 20.0: 1.50x (**goal 2**) | - | - | 1 |')
  expect(text).toContain('| a wait (images/s) | 30.0 (**goal 5**) |')
  expect(text).toContain('| a rate (images/s) | 30.0 (goal 30) |')
  expect(text).toMatch(/^before\n[^]*a machine[^]*\nafter\n$/)
  expect(text).not.toContain('stale')
  writeFileSync(file, 'no markers')
  expect(() => writeReport(file, report)).toThrow('Expected the lines')
})

test('options that cannot be meant are refused', () => {
  expect(readOptions(['--quick'], ['head'])).toMatchObject({ rounds: 2, peers: false, row: null })
  expect(readOptions(['--row', 'imports'], ['imports-time'])).toMatchObject({ row: 'imports' })
  expect(() => readOptions(['--row', 'imp'], ['imports-time'])).toThrow('Expected --row to be one of imports-time.')
  expect(() => readOptions(['--row', 'tail'], ['head'])).toThrow('Expected --row to be one of head. Received: tail.')
  expect(() => readOptions(['--write', '--row', 'head'], ['head'])).toThrow('leave out --quick and --row')
  expect(() => readOptions(['--rounds', '0'], ['head'])).toThrow('whole number from 1')
})
