import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCsv } from '../../../src-main/data/read-csv.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-csv-'))
  path = join(folder, 'table.csv')
})
afterEach(() => rmSync(folder, { recursive: true }))

const UMLAUTS = 'äöü €😀'

/** Enough rows for several pieces, whatever the encoding; characters lie across their borders. */
function rowsOf(count: number): string[][] {
  return Array.from({ length: count }, (_unused, i) => [String(i), `${UMLAUTS} ${'x'.repeat(i % 7)}`, 'a "b"\nc'])
}

function csv(rows: readonly string[][]): string {
  const quoted = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'))
  return ['id;text;note', ...quoted].map((line) => `${line}\n`).join('')
}

describe('a file of many pieces', () => {
  const rows = rowsOf(30_000)
  it.each([
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big endian', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('is read whole: %s', async (_name, encode) => {
    writeFileSync(path, encode(csv(rows)))
    const table = await readCsv(path)
    expect([table.columns, table.delimiter, table.isComplete, table.problems]).toEqual([
      ['id', 'text', 'note'],
      ';',
      true,
      [],
    ])
    expect(table.rows).toEqual(rows)
    // Each row has a line break of its own.
    expect(table.places.at(-1)).toBe(`line ${1 + 2 * rows.length}`)
  })

  it('is Windows-1252 when only its last byte says so', async () => {
    writeFileSync(path, Buffer.concat([Buffer.from(`id;text\n${'1;plain\n'.repeat(100_000)}2;caf`), Buffer.of(0xe9)]))
    const table = await readCsv(path)
    expect(table.problems).toMatchObject([{ code: 'bad-value', message: expect.stringContaining('Windows-1252') }])
    expect(table.rows.at(-1)).toEqual(['2', 'café'])
  })

  it('is Windows-1252 when it ends within a character', async () => {
    writeFileSync(path, Buffer.concat([Buffer.from('id;text\n1;caf'), Buffer.of(0xc3)]))
    expect((await readCsv(path)).rows).toEqual([['1', 'cafÃ']])
  })

  it('names the line of a row that does not fit, and of a quote that is never closed', async () => {
    const good = '1;plain\n'.repeat(100_000)
    writeFileSync(path, `id;text\n${good}1;2;3\n${good}4;"open\n5;lost\n`)
    const { problems, rows: read } = await readCsv(path)
    expect(read).toHaveLength(200_000)
    expect(problems.map((problem) => problem.path).sort()).toEqual(['line 100002', 'line 200003'])
  })
})

it.each(['utf8', 'latin1'] as const)('memory holds a piece of the file, not all of it: %s', async (encoding) => {
  const file = openSync(path, 'w')
  writeSync(file, 'id;text\n')
  const block = Buffer.from('1;café\n'.repeat(1 << 17), encoding)
  for (let i = 0; i < 64; i++) writeSync(file, block)
  closeSync(file)
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1)
  const { rows: kept, isComplete } = await readCsv(path, { maxRows: 10 })
  clearInterval(timer)
  expect([kept.length, isComplete]).toEqual([10, false])
  expect(most).toBeLessThan(40_000_000)
})
