import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseJsonLabels, readLabels } from '../../../src-main/data/read-labels.ts'
import { MAX_COLUMNS } from '../../../src-main/data/text-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-labels-'))
afterAll(() => rmSync(folder, { recursive: true }))
function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const parse = (value: unknown) => {
  const { columns, rows, places, problems } = parseJsonLabels(value, 'l.json')
  return { columns, rows, places, problems: problems.map(({ path }) => path) }
}

describe('labels as JSON', () => {
  it('are a label for each path', () => {
    expect(parse({ 'a.png': 'x', 'b.png': 7, 'c.png': null, 'd.png': true })).toEqual({
      columns: ['path', 'label'],
      rows: [['a.png', 'x'], ['b.png', '7'], ['c.png', ''], ['d.png', 'true']], // prettier-ignore
      places: ['entry 1', 'entry 2', 'entry 3', 'entry 4'],
      problems: [],
    })
  })

  it('are columns for each path, or a list of objects', () => {
    expect(parse({ 'a.png': { kind: 'x' }, 'b.png': { size: 2, box: [1, 2] } })).toMatchObject({
      columns: ['path', 'kind', 'size', 'box'],
      rows: [['a.png', 'x', '', ''], ['b.png', '', '2', '[1,2]']], // prettier-ignore
    })
    expect(parse([{ file: 'a.png', kind: { is: 'x' } }])).toMatchObject({ rows: [['a.png', '{"is":"x"}']] })
  })

  it('name entries that are neither', () => {
    expect(parse([{ file: 'a' }, 7, null, [1], { file: 'b' }])).toEqual({
      columns: ['file'],
      rows: [['a'], ['b']],
      places: ['entry 1', 'entry 5'],
      problems: ['entry 2', 'entry 3', 'entry 4'],
    })
    expect(parse({ 'a.png': ['x'], 'b.png': [{}] })).toMatchObject({
      rows: [['a.png', '["x"]']],
      problems: ['entry 2'],
    })
    expect(parseJsonLabels([1, {}], 'l.json').problems).toEqual([
      {
        path: 'entry 1',
        code: 'bad-row',
        message: 'Expected an object with a path and labels, or a label.',
        level: 'error',
      },
    ])
  })

  it.each([[{}], [[]], ['text'], [7], [null]])('are none in %j', (value) => {
    expect(() => parseJsonLabels(value, 'l.json')).toThrow(
      expect.objectContaining({
        code: 'E_SOURCE_FORMAT',
        message: 'Expected labels as JSON in l.json. Received: neither an object nor a list of objects.',
        fix: expect.stringContaining('{"cats/1.jpg": "cat"') as string,
      }) as Error,
    )
  })

  it('have as many columns as a table may have', () => {
    const wide = Object.fromEntries(Array.from({ length: MAX_COLUMNS + 1 }, (_, i) => [`c${i}`, i]))
    expect(parse([wide]).columns).toHaveLength(MAX_COLUMNS)
    expect(parseJsonLabels([wide], 'l.json')).toMatchObject({ delimiter: null, hasHeader: true, isComplete: true })
  })
})

describe('a file of labels', () => {
  it('keeps the digits of long whole numbers, and a mark at its beginning', async () => {
    const path = put(
      'a.JSON',
      '\uFEFF{"a.png": 9007199254740993, "b.png": -9007199254740993, "c.png": 9007199254740991, "d.png": "x"}',
    )
    const digits = (await readLabels(path)).rows.map((row) => row[1])
    // Node tells how a number is written from version 21 on; before, it is the nearest one.
    const [long] = JSON.parse('[9007199254740993]', (_key, value, context?: { source?: string }) => context?.source ?? value) as unknown[] // prettier-ignore
    expect(digits).toEqual([String(long), `-${String(long)}`, '9007199254740991', 'x'])
  })

  it('keeps other numbers as numbers, texts as they are, and marks within them', async () => {
    const path = put(
      'c.json',
      '{"a.png": 1.50, "b.png": 1e3, "c.png": 9.007199254740991e15, "d.png": "9007199254740993", "e.png": "x\uFEFFy"}',
    )
    expect((await readLabels(path)).rows.map((row) => row[1])).toEqual([
      '1.5',
      '1000',
      '9007199254740991',
      '9007199254740993',
      'x\uFEFFy',
    ])
  })

  it('is told by the end of its name', async () => {
    expect((await readLabels(put('d.json.csv', 'file,kind\na.png,x\n'))).columns).toEqual(['file', 'kind'])
  })

  it('is CSV, with a header or without as it was said', async () => {
    const path = put('a.csv', 'a.png,x\nb.png,y\n')
    expect((await readLabels(path)).rows).toHaveLength(2)
    expect((await readLabels(path, undefined, true)).columns).toEqual(['a.png', 'x'])
    await expect(readLabels(path, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })

  it('of broken JSON is refused with what is wrong', async () => {
    await expect((async () => readLabels(put('b.json', '{"a": ')))()).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: expect.stringMatching(/^Expected labels as JSON in b\.json\. Received: .*JSON.*\.$/) as string,
    })
  })
})
