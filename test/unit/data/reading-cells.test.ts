import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src-main/contract/datasets.ts'
import { readSpec } from '../../../src-main/hosts/cli/commands/run.ts'
import { importHere } from '../../support/import-here.ts'

const CASES = join(import.meta.dirname, '../../fixtures/cases')
let root: string
let count = 0
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-cells-'))))
afterAll(() => rmSync(root, { recursive: true }))

const importCase = (name: string, options: Partial<ImportOptions> = {}) =>
  importHere(join(CASES, name), join(root, `out-${count++}`), options)

function load(text: string, options: Partial<ImportOptions> = {}, name = 'table.csv') {
  const path = join(root, `${count++}-${name}`)
  writeFileSync(path, text)
  return importHere(path, join(root, `out-${count++}`), options)
}

describe('numbers', () => {
  it('have decimal commas where the table says so, also in columns that alone could be thousands', async () => {
    const { items, problems } = await importCase('01-decimal-comma.csv')
    expect(items[0]?.values).toEqual({ a: 1.882, b: 40.074 })
    expect(problems.map(({ path }) => path)).toEqual(['a', 'b'])
    expect(problems[1]?.message).toContain('40,074 is read as 40.074')
  })

  it('have thousands where no other reading is likely, and it is said', async () => {
    const { items, problems } = await importCase('04-thousands.csv')
    const prices = items.map((item) => item.values?.['price'])
    expect(prices.slice(0, 2)).toEqual([950, 1234])
    expect(prices).toContain(10_000)
    expect(problems).toMatchObject([{ path: 'price', message: expect.stringContaining('1,234 is read as 1234') }])
    const german = await load('a;b;y\n1.234,5;1,5;x\n12,25;2,5;y\n1.000;3;x\n')
    expect(german.items.map((item) => item.values?.['a'])).toEqual([1234.5, 12.25, 1000])
  })

  it('may carry one sign of percentage or currency, which is said', async () => {
    const { items, problems } = await load('share,price,y\n5%,"$1,200.50",a\n12.5 %,-$3,b\n7%,$4,a\n')
    expect(items.map((item) => item.values)).toEqual([
      { share: 5, price: 1200.5 },
      { share: 12.5, price: -3 },
      { share: 7, price: 4 },
    ])
    expect(problems.map(({ path }) => path)).toEqual(['share', 'price', 'price'])
    const mixed = await load('price,y\n$5,a\n€6,b\n$7,a\n')
    expect(mixed.schema.featureColumns).toMatchObject([{ type: 'categorical', categories: ['$5', '$7', '€6'] }])
  })

  it('beyond 2^53 are rounded with a word', async () => {
    const { problems } = await load('code,y\n9007199254740993,a\n9007199254740995,b\n7,a\n')
    expect(problems).toMatchObject([{ path: 'code', message: expect.stringContaining('9007199254740993') }])
  })

  it('that are too large for a network name their column and row', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'}`)
    rows[4] = '1e300,a'
    const { items, problems } = await load(`x,y\n${rows.join('\n')}`)
    expect(items[4]?.values).toEqual({ x: null })
    expect(problems).toMatchObject([{ path: 'line 6', message: expect.stringMatching(/in x\. Received: 1e300/) }])
  })

  it('that dwarf their column name it and their row', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${20 + i},${i < 28 ? 0 : 5e4},${i % 2 ? 'a' : 'b'}`)
    rows[4] = '1e30,0,a'
    rows[9] = '-4e9,0,b'
    const { schema, problems } = await load(`age,gift,y\n${rows.join('\n')}`)
    expect(schema.featureColumns).toMatchObject([{ type: 'numeric' }, { type: 'numeric' }])
    expect(problems).toMatchObject([
      { path: 'line 6', message: expect.stringMatching(/in age\. Received: 1e30 \(and 1 more\), .*median 3\d\./) },
    ])
  })

  it('of a long tail are no mistake', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${10 ** (i / 25)},${i % 2 ? 'a' : 'b'}`)
    expect((await load(`income,y\n${rows.join('\n')}`)).problems).toEqual([])
  })

  it.each(['17-excelerr.csv', '17-inf.csv', '17-missing.csv'])('stay numbers beside odd cells: %s', async (name) => {
    const { schema, items, problems } = await importCase(name)
    expect(schema.featureColumns.map(({ name: column, type }) => [column, type])).toEqual([
      ['a', 'numeric'],
      ['b', 'numeric'],
    ])
    expect(items.map((item) => item.values?.['a']).filter((value) => value === null).length).toBeGreaterThanOrEqual(4)
    expect(schema.featureColumns[0]?.missing?.cells).toBeGreaterThanOrEqual(4)
    if (name !== '17-missing.csv') expect(problems[0]).toMatchObject({ path: 'line 2', code: 'bad-value' })
  })

  it('stay numbers beside one odd cell of a short table', async () => {
    const { schema, problems } = await load('x,y\n1,a\n2,b\nunknown,a\n4,b\n5,a\n6,b\n')
    expect(schema.featureColumns[0]?.type).toBe('numeric')
    expect(problems).toMatchObject([{ path: 'line 4', code: 'bad-value' }])
  })
})

describe('labels', () => {
  it('are text: 007, 7 and 07 are three classes, and long numbers keep their digits', async () => {
    expect((await importCase('03-leading-zeros.csv')).schema.labelColumns[0]?.classes).toEqual(['007', '07', '7'])
    const long = await load('x,y\n1,9007199254740993\n2,9007199254740992\n3,9007199254740993\n')
    expect(long.schema.labelColumns[0]?.classes).toEqual(['9007199254740992', '9007199254740993'])
  })

  it('may be called None or NA among words or codes of their kind', async () => {
    const { schema, problems } = await importCase('18-class-None.csv')
    expect(schema.labelColumns[0]?.classes).toEqual(['Mild', 'None', 'Severe'])
    expect(problems.map(({ message }) => message).join()).toContain('“None” is a class')
    const continents = await load('x,y\n1,EU\n2,NA\n3,AS\n')
    expect(continents.schema.labelColumns[0]?.classes).toEqual(['AS', 'EU', 'NA'])
  })

  it('and cells are missing where the options say so', async () => {
    const options = { missing: ['None', '-9'] }
    expect((await importCase('18-class-None.csv', options)).schema.labelColumns[0]?.classes).toEqual(['Mild', 'Severe'])
    const { items } = await load('x,y\n1,a\n-9,b\n3,NA\n', options)
    expect(items.map((item) => [item.values?.['x'], item.labels['y']])).toEqual([
      [1, 'a'],
      [null, 'b'],
      [3, 'NA'],
    ])
  })
})

it('a spec file may begin with a byte order mark', () => {
  expect(readSpec(join(CASES, '20-bom-spec.json'))).toEqual({ dataset: 't' })
})
