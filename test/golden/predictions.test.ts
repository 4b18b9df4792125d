import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { openCsvWriter } from '../../src-main/trainer/csv-writer.ts'
import { csvCells, csvHeader, errorRow, predictionRows } from '../../src-main/trainer/prediction-rows.ts'
import { golden } from '../support/golden.ts'

const KIND: Manifest['heads'][number] = { name: 'kind', column: 'kind', type: 'classification', classes: ['ant', 'error'] } // prettier-ignore
const SIZE: Manifest['heads'][number] = { name: 'size', column: 'size', type: 'regression', classes: [] }

it('a CSV of predictions has the columns that it had', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-golden-'))
  const written = (heads: Manifest['heads'], outputs: Float64Array[]): string[] => {
    const path = join(folder, `${heads.length}.csv`)
    const csv = openCsvWriter(path)
    csv.write(csvHeader(heads))
    const rows = [...predictionRows(heads, ['a.jpg', 'b, "c".jpg'], outputs), errorRow('d.jpg', 'It is empty.')]
    for (const row of rows) csv.write(csvCells(heads, row))
    csv.finish()
    return readFileSync(path, 'utf8').split('\n')
  }
  const kinds = Float64Array.from(Float32Array.of(0.25, 0.75, 0.9, 0.1))
  await golden('one head', written([KIND], [kinds]))
  await golden('two heads', written([KIND, SIZE], [kinds, Float64Array.of(1.5, -2)]))
  rmSync(folder, { recursive: true })
  expect(csvHeader([SIZE])).toEqual(['path', 'predicted', 'error'])
})
