import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseCsv, readCsv } from '../../../src-main/data/read-csv.ts'

const CASES = join(import.meta.dirname, '../../fixtures/cases')
const read = (name: string) => readCsv(join(CASES, name))
const parse = (text: string) => parseCsv(Buffer.from(text), 'table.csv')

it('lines of comment above the table are left out, with a word', async () => {
  const table = await read('16-comment.csv')
  expect(table.columns).toEqual(['a', 'b', 'label'])
  expect(table.rows).toHaveLength(24)
  expect(table.problems).toEqual([
    { path: 'line 1', code: 'bad-row', message: '2 lines are comments (#); left out.', level: 'warning' },
  ])
  expect((await parse('#id,a\n1,2\n')).columns).toEqual(['#id', 'a'])
})

it('a line sep= names the separator', async () => {
  const table = await read('16-sep.csv')
  expect([table.columns, table.rows.length, table.problems]).toEqual([['a', 'b', 'label'], 24, []])
  expect((await parse('sep=:\na:b,c\n1:2\n')).columns).toEqual(['a', 'b,c'])
})

it('a separator at the end of each row is passed over, with a word', async () => {
  const table = await read('16-trailing-comma.csv')
  expect([table.columns, table.rows.length]).toEqual([['a', 'b', 'label'], 24])
  expect(table.rows[0]).toEqual(['0', '0', 'dog'])
  expect(table.problems).toMatchObject([{ path: 'line 2', message: expect.stringContaining('24 lines end') }])
})

it('a quote that is never closed is named with its line, and the lost rows are counted', async () => {
  const table = await read('16-unclosed-quote.csv')
  expect(table.rows).toHaveLength(4)
  expect(table.problems).toMatchObject([
    { path: 'line 6', level: 'error', message: expect.stringMatching(/never closed\. The 20 lines up to line 25/) },
  ])
  const { problems } = await parse('a,b\n1,x\n2,"y\n3,z\n4,"y\n5,x\n')
  expect(problems[0]).toMatchObject({ path: 'line 3', message: expect.stringMatching(/^The 3 lines up to line 5/) })
  expect(problems[1]?.path).toBe('line 6')
})

it('rows of which none fits are named with the first of them', async () => {
  await expect(parse('a,b\n1,2,3\n4,5,6\n')).rejects.toMatchObject({
    code: 'E_SOURCE_FORMAT',
    message: expect.stringContaining('3 in line 2'),
  })
})
