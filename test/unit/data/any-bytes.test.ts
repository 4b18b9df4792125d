import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { decodeBmp } from '../../../src-main/data/bmp.ts'
import { describeColumns } from '../../../src-main/data/columns.ts'
import { readIdx } from '../../../src-main/data/idx.ts'
import { parseCsv } from '../../../src-main/data/read-csv.ts'
import { makeBmp } from '../../support/bad-files.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'graft-bytes-'))))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a table', () => {
  it('lets only GraftError out, whatever the bytes', async () => {
    const texty = fc.array(fc.constantFrom(',', ';', '"', '\n', '\r', '\t', 'a', '1', '.', ' ', '\uFEFF', 'é'), {
      maxLength: 80,
    })
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
      texty.map((parts) => Buffer.from(parts.join(''))),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        try {
          const table = await parseCsv(bytes, 'fuzz.csv')
          for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
          expect(new Set(table.columns).size).toBe(table.columns.length)
          describeColumns(table)
        } catch (error) {
          expect(error).toBeInstanceOf(GraftError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('stops at a limit of rows, and when asked to', async () => {
    const bytes = Buffer.from(`x,y\n${'1,a\n'.repeat(200_000)}`)
    const table = await parseCsv(bytes, 'long.csv', { maxRows: 100 })
    expect([table.rows.length, table.isComplete]).toEqual([100, false])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(parseCsv(bytes, 'long.csv', { signal })).rejects.toThrow('enough')
  })
})

describe('an IDX file', () => {
  it('lets only GraftError out, whatever the bytes', async () => {
    const path = join(folder, 'fuzz-images-idx3-ubyte')
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([0, 0, 8, 3, 0, 0, 0]), bytes])),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => gzipSync(bytes)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), bytes])),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        writeFileSync(path, bytes)
        const nothing = (): void => undefined
        await readIdx(path, undefined, nothing, nothing).catch((error: unknown) => {
          expect(error).toBeInstanceOf(GraftError)
        })
      }),
      { numRuns: 300 },
    )
  })
})

describe('a bitmap', () => {
  it('lets only GraftError out, whatever the bytes', () => {
    const damaged = fc
      .tuple(
        fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 12 }),
        fc.constantFrom(1, 4, 8, 16, 24, 32),
        fc.nat(200),
      )
      .map(([changes, bits, length]) => {
        const bytes = Buffer.concat([makeBmp(3, 3), Buffer.alloc(40)])
        bytes.writeUInt16LE(bits, 28)
        for (const [at, value] of changes) bytes[at] = value
        return bytes.subarray(0, Math.max(2, length))
      })
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          const { width, height, channels, data } = decodeBmp(bytes, 1000)
          expect(data).toHaveLength(width * height * channels)
        } catch (error) {
          expect(error).toBeInstanceOf(GraftError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
