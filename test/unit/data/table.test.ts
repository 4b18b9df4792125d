import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportJob } from '../../../src-main/contract/trainer.ts'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { readTable } from '../../../src-main/data/table-pack.ts'
import { importHere } from '../../support/import-here.ts'

let root: string
let count = 0
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-table-'))))
afterAll(() => rmSync(root, { recursive: true }))

function put(text: string | Uint8Array, name = 'table.csv'): string {
  const path = join(root, `${count++}-${name}`)
  writeFileSync(path, text)
  return path
}

const load = (text: string | Uint8Array, options: Partial<ImportJob['options']> = {}, name?: string) =>
  importHere(put(text, name), join(root, `out-${count++}`), options)

describe('tables', () => {
  it('become items with values, a label, and packed features', async () => {
    const { items, schema, problems } = await load('id,age,town,smoker\n1,30,Ulm,no\n2,,Bonn,yes\n3,41.5,NA,no\n')
    expect(schema).toMatchObject({
      kind: 'table',
      labelColumns: [{ name: 'smoker', type: 'classification', classes: ['no', 'yes'] }],
      featureColumns: [
        { name: 'age', type: 'numeric', categories: [] },
        { name: 'town', type: 'categorical', categories: ['Bonn', 'Ulm'] },
      ],
    })
    expect(items.map(({ values, labels, name, row }) => ({ values, labels, name, row }))).toEqual([
      { values: { age: 30, town: 'Ulm' }, labels: { smoker: 'no' }, name: 'row 1', row: 0 },
      { values: { age: null, town: 'Bonn' }, labels: { smoker: 'yes' }, name: 'row 2', row: 1 },
      { values: { age: 41.5, town: null }, labels: { smoker: 'no' }, name: 'row 3', row: 2 },
    ])
    expect(problems).toEqual([])
    const table = await readTable(schema.pack ?? '')
    expect(table.rows).toBe(3)
    expect(table.columns.map((column) => [column.name, ...column.values])).toEqual([
      ['age', 30, Number.NaN, 41.5],
      ['town', 1, 0, Number.NaN],
    ])
  })

  it('are read with ; and decimal commas, a byte order mark, quotes and line breaks in them', async () => {
    const { items, problems } = await load('\uFEFF"größe";"note";"wert"\r\n1,5;"a ""b"";\nc";x\r\n2,25;d;y\r\n')
    expect(items.map((item) => [item.values, item.labels])).toEqual([
      [{ größe: 1.5, note: 'a "b";\nc' }, { wert: 'x' }],
      [{ größe: 2.25, note: 'd' }, { wert: 'y' }],
    ])
    expect(problems).toMatchObject([{ path: 'größe', code: 'bad-value', level: 'warning' }])
  })

  it('are read as UTF-16, Windows-1252 and tab separated text', async () => {
    const text = 'naïve\tclass\n1\ta\n2\tb\n'
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
    expect((await load(utf16, {}, 'x.tsv')).items[1]?.values).toEqual({ naïve: 2 })
    const latin = await load(Buffer.from(text, 'latin1'), {}, 'y.tsv')
    expect(latin.items[1]?.values).toEqual({ naïve: 2 })
    expect(latin.problems).toMatchObject([{ code: 'bad-value', level: 'warning' }])
  })

  it('leave out lines that do not fit, and say which', async () => {
    const { items, problems } = await load('a,b,c\n1,2,x\n1,2\n3,4,y\n5,6,z,7\n')
    expect(items.map((item) => item.labels.c)).toEqual(['x', 'y'])
    expect(problems.map(({ path, code, level }) => [path, code, level])).toEqual([
      ['line 3', 'bad-row', 'error'],
      ['line 5', 'bad-row', 'error'],
    ])
  })

  it('report values that are no numbers in a column of numbers, and missing labels', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i + 0.5},${i === 7 ? '' : i % 2 ? 'odd' : 'even'}`)
    rows[3] = 'twelve,odd'
    const { items, problems } = await load(['x,parity', ...rows].join('\n'))
    expect(items[3]?.values).toEqual({ x: null })
    expect(items[7]?.labels).toEqual({ parity: null })
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['line 5', 'bad-value'],
      ['line 9', 'missing-label'],
    ])
  })

  it('take a quantity as regression, few whole numbers as classes, and what the options say', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${i % 3},${i * 1.5}`).join('\n')
    const text = `a,b,price\n${rows}`
    expect((await load(text)).schema.labelColumns).toEqual([{ name: 'price', type: 'regression', classes: [] }])
    const chosen = await load(text, { labelColumns: [{ name: 'b' }], ignoreColumns: ['a'] })
    expect(chosen.schema.labelColumns).toEqual([{ name: 'b', type: 'classification', classes: ['0', '1', '2'] }])
    expect(chosen.schema.featureColumns.map((column) => column.name)).toEqual(['price'])
    const asNumber = await load(text, { labelColumns: [{ name: 'b', type: 'regression' }] })
    expect(asNumber.items[4]?.labels).toEqual({ b: 1 })
  })

  it('take a given split', async () => {
    const { items, schema } = await load('x,split,y\n1,train,a\n2,valid,b\n3,test,a\n')
    expect(items.map((item) => item.split)).toEqual(['train', 'validation', 'test'])
    expect(schema.featureColumns.map((column) => column.name)).toEqual(['x'])
  })

  it('are named columns when there is no header line', async () => {
    const { items } = await load('5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n')
    expect(items.map((item) => item.labels['column 3'])).toEqual(['setosa', 'setosa', 'virginica'])
    const years = await load('town,2019,2020\nUlm,1,2\nBonn,3,4\n')
    expect(years.items).toHaveLength(2)
    const bare = await load('1,2,0\n3,4,1\n5,6,0\n')
    expect(bare.items.map((item) => item.labels)).toEqual([
      { 'column 3': '0' },
      { 'column 3': '1' },
      { 'column 3': '0' },
    ])
  })

  it('keep names of columns apart', async () => {
    const { schema } = await load('x,x,,__proto__,y\n1,2,3,4,a\n5,6,7,8,b\n')
    expect(schema.featureColumns.map((column) => column.name)).toEqual(['x', 'x 2', 'column 3', '__proto__ (column)'])
  })

  it('refuse what cannot work, and say what is available', async () => {
    const text = 'a,b\n1,x\n2,y\n'
    await expect(load(text, { labelColumns: [{ name: 'c' }] })).rejects.toMatchObject({
      code: 'E_DATASET_LABEL',
      message: expect.stringContaining('Available: a, b'),
    })
    await expect(load(text, { labelColumns: [{ name: 'b', type: 'regression' }] })).rejects.toMatchObject({
      code: 'E_DATASET_LABEL',
    })
    await expect(load(text, { ignoreColumns: ['a'] })).rejects.toMatchObject({ code: 'E_SOURCE_FORMAT' })
    await expect(load('')).rejects.toMatchObject({ code: 'E_SOURCE_EMPTY' })
    await expect(load('a,b\n')).rejects.toMatchObject({ code: expect.stringMatching(/E_SOURCE/) })
    await expect(load(Buffer.from([1, 0, 2, 0, 3]))).rejects.toMatchObject({ code: 'E_SOURCE_FORMAT' })
  })

  it('are summed up before the import', async () => {
    const path = put('x,y\n1,a\n2,b\n3,a\n')
    expect(await inspectSource(path)).toMatchObject({
      layout: 'table',
      count: 3,
      suggestedLabels: ['y'],
      summary: '3 rows, 2 columns; y looks like the label (2 classes)',
      classes: [
        { name: 'a', count: 2 },
        { name: 'b', count: 1 },
      ],
      columns: [
        { name: 'x', type: 'numeric', distinct: 3, missing: 0, examples: ['1', '2', '3'] },
        { name: 'y', type: 'categorical' },
      ],
    })
  })
})
