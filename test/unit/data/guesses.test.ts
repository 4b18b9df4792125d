import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src-main/contract/datasets.ts'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { columnLines } from '../../../src-main/hosts/cli/column-lines.ts'
import { importHere } from '../../support/import-here.ts'

const CASES = join(import.meta.dirname, '../../fixtures/cases')
let root: string
let count = 0
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-guesses-'))))
afterAll(() => rmSync(root, { recursive: true }))

const load = (path: string, options: Partial<ImportOptions> = {}) =>
  importHere(path, join(root, `out-${count++}`), options)

/** A folder of six images with a list beside them. */
async function photos(list: string): Promise<string> {
  const folder = join(root, `photos-${count++}`)
  mkdirSync(folder)
  for (let i = 0; i < 6; i++) {
    const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: { r: i * 40, g: 0, b: 0 } } })
    writeFileSync(join(folder, `${i}.png`), await picture.png().toBuffer())
  }
  writeFileSync(join(folder, 'labels.csv'), list)
  return folder
}

it('whole numbers as labels are quantities with a word, or classes where the options say so', async () => {
  const path = join(CASES, '12-26-integer-classes.csv')
  const guessed = await load(path, { labelColumns: [{ name: 'label' }] })
  expect(guessed.schema.labelColumns[0]?.type).toBe('regression')
  expect(guessed.problems).toMatchObject([
    { path: 'label', message: expect.stringContaining('(--classes label; in the window') },
  ])
  const said = await load(path, { labelColumns: [{ name: 'label', type: 'classification' }] })
  expect(said.schema.labelColumns[0]?.classes).toHaveLength(26)
  expect(said.problems).toEqual([])
})

it('the window proposes for a label what the import takes it for', async () => {
  const path = join(root, 'few.csv')
  writeFileSync(path, 'code,price,y\n007,1.5,a\n7,2.5,b\n07,1.5,a\n')
  const { columns } = await inspectSource(path)
  expect(columns.map((column) => column.labelType)).toEqual(['classification', 'regression', 'classification'])
})

it('a column called label comes before others in a list of images', async () => {
  const rows = ['cat', 'dog', 'cat', 'dog', 'cat', 'dog'].map(
    (label, i) => `${i}.png,${i % 2 ? 'top' : 'left'},${label}`,
  )
  const { schema } = await load(await photos(['filename,view,label', ...rows].join('\n')))
  expect(schema.labelColumns.map((column) => column.name)).toEqual(['label', 'view'])
})

it('a list of images may have no header, which is said', async () => {
  const folder = await photos('0.png,dog\n1.png,cat\n2.png,dog\n3.png,cat\n4.png,dog\n5.png,cat\n')
  const { items, schema, problems } = await load(folder)
  expect(schema.labelColumns.map((column) => column.name)).toEqual(['column 2'])
  expect(items.map((item) => item.labels['column 2'])).toEqual(['dog', 'cat', 'dog', 'cat', 'dog', 'cat'])
  expect(problems).toMatchObject([{ path: 'line 1', message: expect.stringContaining('0.png, dog') }])
  expect((await inspectSource(folder)).warnings.join()).toContain('no names')
})

it('the options say whether there is a header', async () => {
  const path = join(root, 'header.csv')
  writeFileSync(path, 'a,x\nb,y\na,x\n')
  expect((await load(path, { header: false })).items).toHaveLength(3)
  writeFileSync(path, '2019,2020\n1,a\n2,b\n')
  expect((await load(path, { header: true })).schema.labelColumns[0]?.name).toBe('2020')
})

it('two Unicode forms of a name are one class and one category, with a word', async () => {
  const path = join(root, 'forms.csv')
  const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301']
  writeFileSync(path, `a,place,label\n1,${composed},${decomposed}\n2,${decomposed},${composed}\n3,bar,tea\n`)
  const { schema, items, problems } = await load(path)
  expect(schema.labelColumns[0]?.classes).toEqual([composed, 'tea'])
  expect(schema.featureColumns[1]?.categories).toEqual(['bar', composed])
  expect(items.map((item) => item.labels['label'])).toEqual([composed, composed, 'tea'])
  expect(problems.map((one) => [one.path, one.message.includes('two Unicode forms')])).toEqual([
    ['place', true],
    ['label', true],
  ])
  const folder = await photos(`file,label\n0.png,${composed}\n1.png,${decomposed}\n2.png,tea\n3.png,tea\n`)
  expect((await load(folder)).schema.labelColumns[0]?.classes).toEqual([composed, 'tea'])
})

it('the window sees beforehand what another way of reading gives', async () => {
  const path = join(root, 'codes.csv')
  writeFileSync(path, 'a,b\n-9,x\n1,NA\n2,x\n')
  const guessed = await inspectSource(path)
  expect([guessed.header, guessed.count]).toEqual([true, 3])
  expect(guessed.columns[1]).toMatchObject({ missing: 1, missingTexts: ['NA'] })
  const said = await inspectSource(path, { reading: { header: false, missing: ['-9'] } })
  expect([said.header, said.count]).toEqual([false, 4])
  expect(said.columns).toMatchObject([
    { name: 'column 1', missing: 1, missingTexts: ['-9'] },
    { name: 'column 2', missing: 0, distinct: 3 },
  ])
  const folder = await photos('0.png,dog\n1.png,cat\n2.png,dog\n3.png,?\n4.png,dog\n5.png,cat\n')
  expect((await inspectSource(folder)).header).toBe(false)
  const named = await inspectSource(folder, { reading: { header: true, missing: [] } })
  expect(named.columns.map((column) => [column.name, column.missing])).toEqual([
    ['0.png', 0],
    ['dog', 0],
  ])
})

it('the command line prints what each column was taken for', async () => {
  const { schema } = await load(join(CASES, '17-missing.csv'))
  expect(columnLines(schema)).toEqual([
    '  to predict: label (2 classes)',
    '  features: a (numbers, 12 missing: NaN, nan, N/A, NA, null, None, ?, -, n/a, NULL), b (numbers)',
  ])
})
