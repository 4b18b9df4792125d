import { beforeEach, describe, expect, it } from 'vitest'
import type { AnalysisRecord } from '../../../../src-main/contract/analyses.ts'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import {
  findAnalysis,
  insertAnalysis,
  listAnalyses,
  removeAnalysis,
} from '../../../../src-main/core/store/analyses-repo.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { memoryStore } from '../../../support/memory-store.ts'

const record = (id: string, type: string, datasetId: string): AnalysisRecord => ({
  id,
  type,
  createdAt: '2026-01-01T00:00:00.000Z',
  seconds: 1.5,
  dataset: { id: datasetId, name: `name of ${datasetId}`, version: 3 },
  base: 'lenet',
  words: 'The gap is small.',
  spec: ExperimentSpec.parse({
    name: 'x',
    dataset: datasetId,
    base: { architecture: 'lenet' },
    strategy: { type: 'fine-tuning' },
  }),
  params: { samples: 100 },
  facts: { gap: 0.25, isSmall: true, note: null },
  suggestions: [{ title: 'Freeze less', patch: { 'strategy.freeze': null } }],
  exhibits: [{ kind: 'text', id: 't', title: 'Text', words: 'words', level: 'info' }],
})

let db: Db
beforeEach(() => {
  db = memoryStore()
  insertAnalysis(db, record('a', 'gap', 'd1'))
  insertAnalysis(db, record('b', 'advisor', 'd1'))
  insertAnalysis(db, record('c', 'gap', 'd2'))
})

const idsOf = (datasetId: string | null, type: string | null): string[] =>
  listAnalyses(db, { datasetId, type }).map((one) => one.id)

describe('analyses', () => {
  it('come back whole', () => {
    expect(findAnalysis(db, 'b')).toEqual(record('b', 'advisor', 'd1'))
    expect(findAnalysis(db, 'nowhere')).toBeNull()
  })

  it('are listed without what they show, the newest first', () => {
    const { id, type, createdAt, seconds, dataset, base, words } = record('c', 'gap', 'd2')
    expect(listAnalyses(db, { datasetId: null, type: null })[0]).toEqual({
      id,
      type,
      createdAt,
      seconds,
      dataset,
      base,
      words,
    })
    expect(idsOf(null, null)).toEqual(['c', 'b', 'a'])
  })

  it('are listed by dataset, by type, and by both', () => {
    expect(idsOf('d1', null)).toEqual(['b', 'a'])
    expect(idsOf(null, 'gap')).toEqual(['c', 'a'])
    expect(idsOf('d1', 'gap')).toEqual(['a'])
    expect(idsOf('d3', null)).toEqual([])
  })

  it('are removed once', () => {
    expect(removeAnalysis(db, 'a')).toBe(true)
    expect(removeAnalysis(db, 'a')).toBe(false)
    expect(idsOf(null, null)).toEqual(['c', 'b'])
  })
})
