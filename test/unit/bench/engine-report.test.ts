import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readOptions } from '../../bench/engine/options.ts'
import { agreementIn, agreementRows } from '../../bench/engine/agreement-rows.ts'
import { entrantOf } from '../../bench/engine/entrant.ts'
import { featureRows } from '../../bench/engine/feature-rows.ts'
import { bestRatio, ratio, type Report, type Result } from '../../bench/engine/results.ts'
import { measureRow, type Row } from '../../bench/engine/row.ts'
import { writeReport } from '../../bench/engine/write-report.ts'

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
const RESULT: Result = {
  ...{ ...ROW, bestOf: [], rounds: 1, values: {}, notes: {}, failed: [] },
  figures: { graft: 30, stock: 20 },
}

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

test('a contender is measured in further precisions beside its own, peers by the name of their program', async () => {
  const entered: string[] = []
  const enter: Row['enter'] = (name, _setting, precision) => {
    entered.push(`${name} ${precision}`)
    return Promise.resolve({ measure: () => Promise.resolve({ value: 4 }), close: () => Promise.resolve() })
  }
  const row: Row = { ...ROW, contenders: ['graft', 'torch', 'torch-bfloat16', 'onnx-float32', 'graft-float32'], enter }
  const result = await measureRow(row, { folder: '', python: 'python', rounds: 1 })
  expect(entered).toEqual(['graft null', 'torch null', 'torch bfloat16', 'onnx float32', 'graft float32'])
  expect(result.figures).toEqual({ graft: 4, torch: 4, 'torch-bfloat16': 4, 'onnx-float32': 4, 'graft-float32': 4 })
  entered.length = 0
  await measureRow(row, { folder: '', python: null, rounds: 1 })
  expect(entered).toEqual(['graft null', 'graft float32'])
  expect(() => entrantOf('torch-int4' as never)).toThrow()
})

test('a goal against the best of several counts the strongest, and says nothing where one is missing', () => {
  const figures = { graft: 500, 'torch-float32': 200, 'onnx-float32': 250 }
  expect(bestRatio({ figures, better: 'more' }, ['torch-float32', 'onnx-float32'])).toBe(2)
  expect(bestRatio({ figures, better: 'less' }, ['torch-float32', 'onnx-float32'])).toBe(0.4)
  expect(bestRatio({ figures, better: 'more' }, ['torch-float32', 'keras-float32'])).toBeNull()
})

test('the goals of frozen features are those that were set', () => {
  const goalsOf = (id: string) => {
    const { goals, bestOf = [] } = featureRows.find((row) => row.id === id)!
    return { goals, best: bestOf.map(({ of, times }) => `${times}: ${of.join(', ')}`) }
  }
  expect(goalsOf('features-lite0-float32')).toEqual({ goals: { stock: 3, keras: 2.2 }, best: ['1: torch, onnx'] })
  expect(goalsOf('features-lite0-bfloat16').goals.torch).toBe(1.05)
  for (const network of ['lite0', 'lite2', 'mobilenet']) {
    const int8 = goalsOf(`features-${network}-int8`)
    expect(int8.goals).toEqual({ 'torch-bfloat16': 1.6 })
    expect(int8.best).toEqual(['2.5: keras-float32, torch-float32, onnx-float32'])
    expect(goalsOf(`features-${network}-memory`).goals).toEqual({ 'graft-float32': 1 })
  }
})

test('every entrant of a goal is measured in its row', () => {
  for (const { id, contenders, goals, bestOf = [] } of featureRows) {
    const needed = [...Object.keys(goals), ...bestOf.flatMap(({ of }) => of)]
    expect(contenders, id).toEqual(expect.arrayContaining(needed))
  }
})

test('agreement is percent of equal answers and points of accuracy lost, and says why there is none', () => {
  const measured = { precision: 'int8', refusal: null, itemsPerSecond: 1 } as const
  const cosine = { mean: 1, smallest: 1 }
  const accuracy = { float32: 0.91, here: 0.9075 }
  const agreement = { items: 1000, split: 'validation', cosine, top1: 0.985, accuracy } as const
  const reportOf = (option: object) => ({ options: [{ ...measured, precision: 'float32', agreement: null }, option] })
  const { top1, fall } = agreementIn(reportOf({ ...measured, agreement }) as never, 'photos 1')
  expect(top1).toBeCloseTo(98.5)
  expect(fall).toBeCloseTo(0.25)
  const refused = reportOf({ ...measured, agreement: null, refusal: 'the processor lacks VNNI' })
  expect(() => agreementIn(refused as never, 'photos 1')).toThrow('photos 1: the processor lacks VNNI')
  expect(() => agreementIn(null, 'digits 1')).toThrow('digits 1: nothing was compared')
  expect(agreementRows.map(({ goal, better }) => `${better} ${goal}`)).toEqual([
    ...['more 98', 'less 0.5', 'more 98', 'less 0.5', 'more 98', 'less 0.5', 'more 98', 'less 0.5'],
  ])
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
      {
        ...RESULT,
        title: 'int8',
        figures: { graft: 60, torch: 40, 'torch-bfloat16': 20, 'onnx-float32': 25, 'graft-float32': 20 },
        notes: { torch: 'PT2E', 'onnx-float32': 'float32', keras: 'failed: no' },
        goals: { 'torch-bfloat16': 4 },
        bestOf: [{ named: 'the best float32', of: ['onnx-float32'], times: 2 }],
        failed: ['keras'],
      },
    ],
  }
  writeFileSync(file, 'before\n<!-- bench:engine -->\nstale\n<!-- /bench:engine -->\nafter\n')
  writeReport(file, report)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('| work (images/s) | 30.0 | 20.0: 1.50x (**goal 2**) | - | - | - | 1 |')
  expect(text).toContain('| a wait (images/s) | 30.0 (**goal 5**) |')
  expect(text).toContain('| a rate (images/s) | 30.0 (goal 30) |')
  const own = '60.0; float32 20.0: 3.00x; 2.40x the best float32 (goal 2)'
  const torch = '40.0, PT2E: 1.50x; bfloat16 20.0: 3.00x (**goal 4**)'
  expect(text).toContain(`| int8 (images/s) | ${own} | - | failed: no | ${torch} | float32 25.0: 2.40x | 1 |`)
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
