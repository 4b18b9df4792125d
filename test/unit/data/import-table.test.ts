import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportTarget } from '../../../src-main/data/import-sink.ts'
import { importTable } from '../../../src-main/data/import-table.ts'
import { readTable } from '../../../src-main/data/table-pack.ts'
import { importFolder, sha256 } from '../../support/import-folder.ts'

const { put, target, source, out } = importFolder()

describe('a table', () => {
  async function run(text: string, options: Partial<Parameters<typeof importTable>[1]> = {}, signal?: AbortSignal) {
    put({ 'data.csv': text })
    const told = target('reference', signal)
    const path = source('data.csv')
    const note = { path: 'x', code: 'not-an-image', message: 'm', level: 'warning' } as const
    const plan = { kind: 'table', path, problems: text.startsWith('noted') ? [note] : [] } as const
    return { ...told, count: await importTable(plan, { ignoreColumns: [], ...options }, told.to) }
  }

  it('is an item for each row, and its features packed', async () => {
    const { count, schemas, items, problems, progress } = await run(
      'id,age,town,set,y\n1,30,Ulm,train,a\n2,,Bonn, test ,b\n3,1.5,,val,\n',
    )
    expect(count).toBe(3)
    expect(schemas).toEqual([
      {
        kind: 'table',
        pack: join('/final', 'table.bin'),
        labelColumns: [{ name: 'y', type: 'classification', classes: ['a', 'b'] }],
        featureColumns: [
          expect.objectContaining({ name: 'age', type: 'numeric' }),
          expect.objectContaining({ name: 'town', type: 'categorical', categories: ['Bonn', 'Ulm'] }),
        ],
      },
    ])
    const plain = { width: null, height: null, channels: null, path: null, thumb: null }
    const hash = (...values: (string | number | null)[]) =>
      sha256(Buffer.from(JSON.stringify([['age', values[0]], ['town', values[1]]]))) // prettier-ignore
    expect(items).toEqual([
      { ...plain, name: 'row 1', row: 0, split: 'train', labels: { y: 'a' }, values: { age: 30, town: 'Ulm' }, contentHash: hash(30, 'Ulm') },
      { ...plain, name: 'row 2', row: 1, split: 'test', labels: { y: 'b' }, values: { age: null, town: 'Bonn' }, contentHash: hash(null, 'Bonn') },
      { ...plain, name: 'row 3', row: 2, split: 'validation', labels: { y: null }, values: { age: 1.5, town: null }, contentHash: hash(1.5, null) },
    ]) // prettier-ignore
    expect(problems).toEqual([
      { path: 'line 4', code: 'missing-label', message: 'There is no y; imported without label.', level: 'warning' },
    ])
    expect(progress).toEqual([[0, null, 'Reading the table'], [0, 3, 'Reading rows'], [3, 3, 'Reading rows']]) // prettier-ignore
    const { rows, columns } = await readTable(out('table.bin'))
    expect([rows, ...columns.map(({ values }) => [...values])]).toEqual([3, [30, NaN, 1.5], [1, 0, NaN]])
  })

  it('says cells that are no number where one is due', async () => {
    const rows = ['1', '2', '3', '4', '5', 'six', '7', '8', '9'].map((x, i) => `${x},${i === 2 ? 'three' : i + 0.5}`)
    const { items, problems } = await run(['x,y', ...rows].join('\n'))
    expect([items[5]!.values, items[2]!.labels]).toEqual([{ x: null }, { y: null }])
    expect(problems).toEqual([
      { path: 'line 4', code: 'missing-label', message: 'Expected a number in y; imported without label.', level: 'warning' },
      {
        path: 'line 7',
        code: 'bad-value',
        message: 'Expected a number in x. Received: six. It counts as missing.',
        level: 'warning',
      },
    ]) // prettier-ignore
    const beyond = await run(`x,y\n1,a\n2,b\n1e300,a\n`)
    expect(beyond.problems[0]?.message).toBe(
      'Expected a number that 32 bits hold (up to 3.4e38) in x. Received: 1e300. It counts as missing.',
    )
    const spaced = await run(['x,y', ...['1', '2', '3', '4', '5', ' six '].map((x, i) => `${x},${i === 3 ? ' NA ' : i + 0.5}`)].join('\n')) // prettier-ignore
    expect(spaced.problems.map(({ message }) => message)).toEqual([
      'There is no y; imported without label.',
      'Expected a number in x. Received: six. It counts as missing.',
    ])
    const long = await run(['x,y', ...['1', '2', '3', '4', '5', 'w'.repeat(60)].map((x) => `${x},a`)].join('\n'))
    expect(long.problems[0]?.message).toContain(`Received: ${'w'.repeat(50)}. It`)
  })

  it('takes labels, columns and readings that were asked for', async () => {
    const { schemas, items } = await run('1,a,-9\n2,b,5\n', {
      header: false,
      missing: ['-9'],
      labelColumns: [{ name: 'column 1' }],
      ignoreColumns: ['column 2'],
    })
    expect(schemas[0]?.labelColumns).toEqual([{ name: 'column 1', type: 'classification', classes: ['1', '2'] }])
    expect(items.map(({ values }) => values)).toEqual([{ 'column 3': null }, { 'column 3': 5 }])
    expect((await run('x,y\n1,a\n2,b\n')).items[0]?.split).toBeNull()
  })

  it('cuts long texts, and takes both Unicode forms for one', async () => {
    const { items } = await run(`k,y\n${'x'.repeat(250)},a\ncafe\u0301,b\ncaf\u00e9,a\n`)
    expect(items.map(({ values }) => values?.['k'])).toEqual(['x'.repeat(200), 'caf\u00e9', 'caf\u00e9'])
    const { columns } = await readTable(out('table.bin'))
    expect([...columns[0]!.values]).toEqual([1, 0, 0])
  })

  it('says everything about the file, its columns and labels', async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `$${i},${i},`)
    const { problems } = await run(['noted,y,z', '1', ...rows].join('\n'), { labelColumns: [{ name: 'y' }] })
    expect(problems.map(({ path, message }) => `${path}: ${message.slice(0, 12)}`)).toEqual([
      'x: m',
      'line 2: Expected 3 v',
      'noted: Numbers carr',
      'y: 25 different',
      'z: The column h',
    ])
  })

  it('needs a column beside the label', async () => {
    await expect(run('id,y\n1,a\n2,b\n')).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: 'Expected a column of features beside the label. Received: id (id), y (categorical).',
      fix: expect.stringMatching(/\S/) as string,
    })
  })

  it('lists forty of the columns that it might take', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `c${i}`)
    const rows = [0, 1].map((row) => [...names.map((_, i) => `${row + i}`), row === 0 ? 'a' : 'b'].join())
    const all = run([[...names, 'y'].join(), ...rows].join('\n'), { ignoreColumns: names })
    const listed = names.slice(0, 40).map((name) => `${name} (numeric)`)
    await expect(all).rejects.toMatchObject({ message: expect.stringContaining(`Received: ${listed.join(', ')}.`) as string }) // prettier-ignore
  })

  it('rests and tells every 2,000 rows, where it may be stopped', async () => {
    const text = `x,y\n${'1,a\n'.repeat(4_001)}`
    const { progress } = await run(text)
    expect(progress.slice(1)).toEqual([0, 2000, 4000, 4001].map((done) => [done, 4001, 'Reading rows']))
    const control = new AbortController()
    const told = target('reference', control.signal)
    const stopped: ImportTarget = {
      ...told.to,
      sink: { ...told.to.sink, progress: (done) => void (done === 2000 && control.abort(new Error('enough'))) },
    }
    const plan = { kind: 'table', path: source('data.csv'), problems: [] } as const
    await expect(importTable(plan, { ignoreColumns: [] }, stopped)).rejects.toThrow('enough')
    expect(told.items).toHaveLength(4000)
  })
})
