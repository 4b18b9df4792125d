import { beforeEach, describe, expect, it } from 'vitest'
import type { ImportProblem } from '../../../../src-main/contract/datasets.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { countProblems, insertProblems, listProblems } from '../../../../src-main/core/store/problems-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { newDataset } from '../../../support/store-rows.ts'

const problem = (path: string, code: ImportProblem['code']): ImportProblem => ({
  path,
  code,
  message: `about ${path}`,
  level: 'error',
})

let db: Db
let dataset: number
beforeEach(() => {
  db = memoryStore()
  dataset = insertDataset(db, newDataset('d'))
})

describe('problems of an import', () => {
  it('stand in the order in which they were met, contradictions before them', () => {
    const [z, a] = [problem('z', 'zero-bytes'), problem('a', 'truncated')]
    const [c, b] = [problem('c', 'contradiction'), problem('b', 'contradiction')]
    insertProblems(db, dataset, [z, c])
    insertProblems(db, dataset, [a, b])
    expect(listProblems(db, dataset, 0, 9)).toEqual([c, b, z, a])
    expect(listProblems(db, dataset, 1, 2)).toEqual([b, z])
    expect(countProblems(db, dataset)).toBe(4)
  })

  it('are those of one dataset', () => {
    const other = insertDataset(db, newDataset('other'))
    insertProblems(db, dataset, [problem('a', 'truncated')])
    expect([countProblems(db, other), listProblems(db, other, 0, 9)]).toEqual([0, []])
  })
})
