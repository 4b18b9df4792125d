import { beforeEach, describe, expect, it } from 'vitest'
import { StudySpec } from '../../../../src-main/contract/studies.ts'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { deleteRun, findRun } from '../../../../src-main/core/store/runs-repo.ts'
import * as studies from '../../../../src-main/core/store/studies-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const study = (id: string): Omit<studies.StudyRow, 'key' | 'cancelledAt'> => ({
  id,
  name: `study ${id}`,
  kind: 'tournament',
  createdAt: '2026-01-01T00:00:00.000Z',
  dataset: { id: 'd1', name: 'toy' },
  spec: StudySpec.parse({
    kind: 'tournament',
    base: { name: 'x', dataset: 'toy', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' } },
    budget: { kind: 'epochs', epochs: 3 },
  }),
  arms: [
    {
      label: 'Fine-tuning',
      patch: { 'strategy.type': 'fine-tuning' },
      baseline: null,
      isAdded: false,
      strategy: 'fine-tuning',
      parameters: { total: 10, trainable: 5 },
      seconds: null,
      problems: [],
    },
  ],
  facts: { majority: { values: { accuracy: 0.5 }, words: 'cat' }, labelled: 20 },
})

let db: Db
beforeEach(() => {
  db = memoryStore()
})

describe('studies', () => {
  it('come back whole', () => {
    const key = studies.insertStudy(db, study('a'))
    expect(studies.findStudy(db, 'a')).toEqual({ ...study('a'), key, cancelledAt: null })
    expect(studies.findStudy(db, 'b')).toBeNull()
  })

  it('are listed newest first, without those that went', () => {
    const keys = ['a', 'b', 'c'].map((id) => studies.insertStudy(db, study(id)))
    studies.deleteStudy(db, keys[1]!)
    expect(studies.listStudies(db).map((one) => one.id)).toEqual(['c', 'a'])
  })

  it('are renamed, cancelled, and taken up again, one without the other', () => {
    const key = studies.insertStudy(db, study('a'))
    const other = studies.insertStudy(db, study('b'))
    const facts = () => {
      const { name, cancelledAt } = studies.findStudy(db, 'a')!
      return { name, cancelledAt }
    }
    studies.updateStudy(db, key, { cancelledAt: '2026-01-02T00:00:00.000Z' })
    expect(facts()).toEqual({ name: 'study a', cancelledAt: '2026-01-02T00:00:00.000Z' })
    studies.updateStudy(db, key, { name: 'new' })
    expect(facts()).toEqual({ name: 'new', cancelledAt: '2026-01-02T00:00:00.000Z' })
    studies.updateStudy(db, key, { cancelledAt: null })
    expect(facts()).toEqual({ name: 'new', cancelledAt: null })
    expect(studies.findStudy(db, 'b')).toEqual({ ...study('b'), key: other, cancelledAt: null })
  })
})

describe('the runs of a study', () => {
  it('have their place in it, in the order in which they were queued', () => {
    const key = studies.insertStudy(db, study('a'))
    const [first, second] = [insertTestRun(db, 'r1'), insertTestRun(db, 'r2')]
    insertTestRun(db, 'alone')
    studies.addStudyRun(db, key, second, { arm: 0, labels: 40, seed: 7 })
    studies.addStudyRun(db, key, first, { arm: 1, labels: null, seed: 7 })
    expect(studies.studyRuns(db, key)).toEqual([
      { ...findRun(db, 'r1'), arm: 1, labels: null },
      { ...findRun(db, 'r2'), arm: 0, labels: 40 },
    ])
    expect([studies.studyOfRun(db, 'r1'), studies.studyOfRun(db, 'r2')]).toEqual(['a', 'a'])
    expect([studies.studyOfRun(db, 'alone'), studies.studyOfRun(db, 'nowhere')]).toEqual([null, null])
  })

  it('outlive the study, which does not outlive its place for them', () => {
    const key = studies.insertStudy(db, study('a'))
    const run = insertTestRun(db, 'r1')
    studies.addStudyRun(db, key, run, { arm: 0, labels: null, seed: 1 })
    studies.addStudyRun(db, key, insertTestRun(db, 'r2'), { arm: 0, labels: null, seed: 2 })
    deleteRun(db, run)
    expect(studies.studyRuns(db, key).map((row) => row.id)).toEqual(['r2'])
    studies.deleteStudy(db, key)
    expect([studies.studyOfRun(db, 'r2'), findRun(db, 'r2')?.id]).toEqual([null, 'r2'])
  })
})
