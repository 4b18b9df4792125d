import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertExport, listExports } from '../../../../src-main/core/store/exports-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const record = (id: string, createdAt = '2026-01-01T00:00:00.000Z') => ({
  id,
  format: 'onnx',
  folder: `exports/${id}`,
  files: [{ name: 'model.onnx', sizeBytes: 10, sha256: 'abc' }],
  createdAt,
  options: { weights: 'float16' },
  intendedUse: id === 'x' ? 'to sort mail' : null,
  proof: { samples: 16, maxDifference: 1e-6, sameTop1: 1 },
})

let db: Db
beforeEach(() => {
  db = memoryStore()
})

describe('exports', () => {
  it('come back whole, with the id of their run', () => {
    insertExport(db, insertTestRun(db, 'a'), record('x'))
    expect(listExports(db, null)).toEqual([{ ...record('x'), runId: 'a' }])
  })

  it('are listed newest first, of all runs or of one', () => {
    const [a, b] = [insertTestRun(db, 'a'), insertTestRun(db, 'b')]
    insertExport(db, a, record('late', '2026-02-01T00:00:00.000Z'))
    insertExport(db, a, record('early'))
    insertExport(db, b, record('next'))
    expect(listExports(db, null).map((one) => one.id)).toEqual(['late', 'next', 'early'])
    expect(listExports(db, 'a').map((one) => one.id)).toEqual(['late', 'early'])
    expect(listExports(db, 'nowhere')).toEqual([])
  })
})
