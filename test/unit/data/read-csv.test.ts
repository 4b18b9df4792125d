import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCsv, readCsv } from '../../../src-main/data/read-csv.ts'
import { MAX_COLUMNS } from '../../../src-main/data/text-table.ts'

type Limits = Parameters<typeof parseCsv>[2]
const parse = (text: string | Buffer, limits?: Limits, name = 'table.csv') =>
  parseCsv(Buffer.isBuffer(text) ? text : Buffer.from(text), name, limits)
const shape = async (...how: Parameters<typeof parse>) => {
  const { columns, rows } = await parse(...how)
  return [columns, ...rows]
}
const told = async (text: string, limits?: Limits) => {
  const { problems } = await parse(text, limits)
  return problems.map(({ path, level, message }) => `${level} ${path}: ${message}`)
}

describe('a table', () => {
  it('is a header and rows, with their lines', async () => {
    expect(await parse('a,b\n1,x\n\n2,"y\nz"\n3,w\n')).toEqual({
      columns: ['a', 'b'],
      rows: [['1', 'x'], ['2', 'y\nz'], ['3', 'w']], // prettier-ignore
      places: ['line 2', 'line 5', 'line 6'],
      problems: [],
      delimiter: ',',
      hasHeader: true,
      isComplete: true,
    })
  })

  it('may end without a line break, and in lines of Windows', async () => {
    expect(await shape('a,b\r\n1,x\r\n2,y')).toEqual([['a', 'b'], ['1', 'x'], ['2', 'y']]) // prettier-ignore
  })

  it('is read from a file by its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-csv-'))
    writeFileSync(join(folder, 'x.tsv'), 'a,b\tc\n1\t2\n')
    expect((await readCsv(join(folder, 'x.tsv'))).columns).toEqual(['a,b', 'c'])
    await expect(readCsv(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'E_SOURCE_PATH' })
    rmSync(folder, { recursive: true })
  })

  it('may be a header alone, but not nothing', async () => {
    expect(await shape('a,b\n')).toEqual([['a', 'b']])
    for (const empty of ['', '\n\n', '# a comment\n'])
      await expect(parse(empty)).rejects.toMatchObject({
        code: 'E_SOURCE_EMPTY',
        message: 'Expected a table with rows. Received: table.csv holds none.',
        fix: expect.stringContaining('header line') as string,
      })
  })
})

describe('what parts the cells', () => {
  it.each([
    [',', 'a,b\n1,2\n'],
    [';', 'a;b\n1;2\n'],
    ['\t', 'a\tb\n1\t2\n'],
    ['|', 'a|b\n1|2\n'],
    [',', 'a\n1\n'],
    [';', 'a;b;c,d\n1;2;3\n'],
    [',', 'a,b;c\n1,2\n'],
    [';', '"a,b,c";d\n1;2\n'],
    [';', '\n\n#x,y,z\na;b\n1;2\n'],
    [';', '\uFEFFa;b\n1;2\n'],
    [';', 'a;b\r1;2\r'],
    [':', 'sep=:\na:b,c\n1:2\n'],
    [';', '"sep=;"\na,b;c\n1;2\n'],
    ['|', 'SEP=|\na|b\n1|2\n'],
    // Of those that part as much, the first of , ; tab |.
    [';', 'a;b|c\n1;2\n'],
  ])('%j in %j', async (delimiter, text) => expect((await parse(text)).delimiter).toBe(delimiter))

  it('is a tab in doubt where the name says so', async () => {
    expect((await parse('a,b\tc\n1,2\t3\n', {}, 'x.TSV')).columns).toEqual(['a,b', 'c'])
    expect((await parse('a,b\tc\n1,2\t3\n', {}, 'x.csv')).columns).toEqual(['a', 'b\tc'])
    expect((await parse('a;b\n1;2\n', {}, 'x.tsv')).columns).toEqual(['a', 'b'])
  })
})

describe('the first line', () => {
  it.each([
    ['names', 'a,b\n1,2\n', true],
    ['years beside a name', 'town,2019\nUlm,1\n', true],
    ['numbers', '1,2\n3,4\n', false],
    ['numbers of all kinds', '-1,2e5,3.\n3,4,5\n', false],
    ['a fraction beside words', 'setosa,5.1\nvirginica,4\n', false],
    ['a fraction with a comma', 'setosa;-5,1;x\nvirginica;4;y\n', false],
    ['the name of an image', 'a.png ,dog\nb.png,cat\n', false],
    ['a version', 'v1.5,x\n1,2\n', true],
  ])('of %s', async (_what, text, hasHeader) => expect((await parse(text)).hasHeader).toBe(hasHeader))

  it('without names counts as a row, which is said', async () => {
    const text = '0.png,a,b,c\n1.png,d,e,f\n'
    expect(await shape(text)).toEqual([
      ['column 1', 'column 2', 'column 3', 'column 4'],
      ['0.png', 'a', 'b', 'c'],
      ['1.png', 'd', 'e', 'f'],
    ])
    expect(await told(text)).toEqual([
      'warning line 1: The first line holds values (0.png, a, b), no names: the columns are numbered, and it counts as a row.',
    ])
    expect((await told(`${'9'.repeat(40)},${'8'.repeat(40)}\n1,2\n`))[0]).toContain(
      `(${'9'.repeat(40)}, ${'8'.repeat(18)})`,
    )
  })

  it('is what was said', async () => {
    expect(await shape('a,b\n1,2\n', { header: false })).toEqual([['column 1', 'column 2'], ['a', 'b'], ['1', '2']]) // prettier-ignore
    expect(await told('a,b\n1,2\n', { header: false })).toEqual([])
    expect(await shape('1,2\n3,4\n', { header: true })).toEqual([['1', '2'], ['3', '4']]) // prettier-ignore
  })
})

describe('lines above the table', () => {
  it('of comment are left out, with a word', async () => {
    expect(await shape('# made by us\na,b\n1,2\n')).toEqual([['a', 'b'], ['1', '2']]) // prettier-ignore
    expect(await told('# made by us\na,b\n1,2\n')).toEqual(['warning line 1: The line is a comment (#); left out.'])
    expect(await told('#1\n#2\n#3\na,b\n1,2\n')).toEqual(['warning line 1: 3 lines are comments (#); left out.'])
    expect(await told('\n#1\n\n#2\na,b\n1,2\n')).toEqual(['warning line 2: 2 lines are comments (#); left out.'])
  })

  it('are none where they have as many values as the table, or come later', async () => {
    expect(await shape('#id,a\n1,2\n')).toEqual([['#id', 'a'], ['1', '2']]) // prettier-ignore
    expect(await shape('#id,a\n#1,2\n3,4\n')).toEqual([['#id', 'a'], ['#1', '2'], ['3', '4']]) // prettier-ignore
    expect(await shape('a,b\n#1,2\n')).toEqual([['a', 'b'], ['#1', '2']]) // prettier-ignore
  })

  it('may name the separator, before comments', async () => {
    expect(await shape('sep=;\n# c\na;b\n1;2\n')).toEqual([['a', 'b'], ['1', '2']]) // prettier-ignore
    expect(await told('sep=;\na;b\n1;2\n')).toEqual([])
    expect(await told('sep=;\n#c\na;b\n1;2\n')).toEqual(['warning line 2: The line is a comment (#); left out.'])
    expect(await told('sep=;\n#c\n#d\na;b\n1;2\n')).toEqual(['warning line 2: 2 lines are comments (#); left out.'])
    // The line that names the separator has two values itself, which says nothing of the table.
    expect(await shape('sep=;\n#by;me\na;b;c\n1;2;3\n')).toEqual([['a', 'b', 'c'], ['1', '2', '3']]) // prettier-ignore
    expect(await shape('"sep=;"\na;b\n1;2\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
    // Not where it is the name of a column.
    expect(await shape('sep=,b\n1,2\n')).toEqual([
      ['sep=', 'b'],
      ['1', '2'],
    ])
  })
})

describe('rows that do not fit', () => {
  it('are named, and left out', async () => {
    expect(await told('a,b\n1\n1,2\n1,2,3\n')).toEqual([
      'error line 2: Expected 2 values, as in the first line. Received: 1.',
      'error line 4: Expected 2 values, as in the first line. Received: 3.',
    ])
    expect(await told('a\n1,2\n3\n')).toEqual(['error line 2: Expected 1 value, as in the first line. Received: 2.'])
  })

  it('because they end in a separator are taken, with one word for all', async () => {
    expect(await shape('a,b\n1,2,\n3,4\n')).toEqual([['a', 'b'], ['1', '2'], ['3', '4']]) // prettier-ignore
    expect(await told('a,b\n1,2,\n3,4\n')).toEqual([
      'warning line 2: The line ends in a separator with nothing behind it; it is passed over.',
    ])
    expect(await told('a,b\n1,2\n3,4,\n5,6,\n')).toEqual([
      'warning line 3: 2 lines end in a separator with nothing behind it; it is passed over.',
    ])
    expect(await told('a,b\n1,2,,\n3,4\n')).toHaveLength(1)
  })

  it('when none fits are an error with the first of them', async () => {
    await expect(parse('a,b\n1,2,3\n4,5,6\n')).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: 'Expected rows of 2 values in table.csv, as in line 1. Received: 3 in line 2, and no line that fits.',
      fix: expect.stringMatching(/\S/) as string,
    })
    await expect(parse('x\n')).resolves.toMatchObject({ rows: [] })
  })

  it('because of a quote are named with their lines', async () => {
    expect(await told('a,b\n1,x\n2,"y\n')).toEqual([
      'error line 3: A quote (") opens and is never closed. The line cannot be read and is lost.',
    ])
    expect(await told('a,b\n1,x\n2,"y\n3,z\n')).toEqual([
      'error line 3: A quote (") opens and is never closed. The 2 lines up to line 4 cannot be read and are lost.',
    ])
    expect(await told('a,b\n1,x"y\n2,z\n')).toEqual([expect.stringMatching(/^error line 2: The line cannot be read: /)])
    expect(await shape('a,b\n1,x"y\n2,z\n')).toEqual([['a', 'b'], ['2', 'z']]) // prettier-ignore
  })
})

describe('limits', () => {
  it('of columns leave out the rest, with a word', async () => {
    const names = Array.from({ length: MAX_COLUMNS + 2 }, (_, i) => `c${i}`)
    const table = await parse(`${names.join()}\n${names.join()}\n`)
    expect([table.columns, table.rows]).toEqual([names.slice(0, MAX_COLUMNS), [names.slice(0, MAX_COLUMNS)]])
    expect(table.problems).toEqual([
      {
        path: 'table.csv',
        code: 'too-many-columns',
        message: 'Expected at most 4096 columns. Received: 4098; the rest is left out.',
        level: 'warning',
      },
    ])
    expect(await told(`${names.slice(0, MAX_COLUMNS).join()}\n`)).toEqual([])
  })

  it('of rows stop the reading', async () => {
    const long = Buffer.from(`a\n${'1\n'.repeat(300_000)}`)
    const some = await parse(long, { maxRows: 3 })
    expect([some.rows.length, some.isComplete]).toEqual([3, false])
    const few = await parse('a\n1\n2\n', { maxRows: 3 })
    expect([few.rows.length, few.isComplete]).toEqual([2, true])
  })

  it('of time stop it, too', async () => {
    const stopped = AbortSignal.abort(new Error('enough'))
    await expect(parse('a\n1\n', { signal: stopped })).rejects.toThrow('enough')
    await expect(parse(Buffer.from([0xff, 0xfe, 97, 0, 10, 0]), { signal: stopped })).rejects.toThrow('enough')
  })
})

describe('text', () => {
  const TEXT = 'naïve,b\n1,é\n'
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ])('is %s', async (_what, bytes) => {
    const { columns, rows, problems } = await parse(bytes)
    expect([columns, rows, problems]).toEqual([['naïve', 'b'], [['1', 'é']], []])
  })

  it('may have quotes behind its mark', async () => {
    expect(await shape('\uFEFF"a","b"\n1,2\n')).toEqual([['a', 'b'], ['1', '2']]) // prettier-ignore
  })

  it('of other bytes is Windows-1252, with a word', async () => {
    const { rows, problems } = await parse(Buffer.concat([Buffer.from('a,b\n1,x'), Buffer.of(0x80, 0xe9)]))
    expect(rows).toEqual([['1', 'x€é']])
    expect(problems).toEqual([
      {
        path: 'table.csv',
        code: 'bad-value',
        message: 'The text is not UTF-8; it was read as Windows-1252. Check names with accents.',
        level: 'warning',
      },
    ])
  })

  it('is Windows-1252 where it ends within a character of UTF-8, not where a piece of it does', async () => {
    const cut = Buffer.concat([Buffer.from('a,b\n1,caf'), Buffer.of(0xc3)])
    expect((await parse(cut)).rows).toEqual([['1', 'cafÃ']])
    // The 262,144th byte lies within an é.
    const long = await parse(`a\n${'bé\n'.repeat(66_000)}`)
    expect([long.problems, new Set(long.rows.flat())]).toEqual([[], new Set(['bé'])])
  })

  it('that ends within a character of UTF-16 keeps what is there', async () => {
    const half = Buffer.from('\uFEFFa\n1\n2', 'utf16le')
    expect((await parse(half.subarray(0, -1))).rows).toEqual([['1'], ['\uFFFD']])
  })

  it('is no binary data', async () => {
    await expect(parse(Buffer.from('a,b\n1,\0\n'))).rejects.toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: 'Expected text. Received: table.csv holds binary data.',
      fix: expect.stringContaining('CSV') as string,
    })
    const late = Buffer.concat([Buffer.from(`a\n${'1\n'.repeat(3000)}`), Buffer.of(0, 10)])
    expect((await parse(late)).rows).toHaveLength(3001)
  })
})
