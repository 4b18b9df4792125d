import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { insertDetails, readDetails, updateDetails } from '../../../../src-main/core/store/run-details-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

let db: Db
let run: number
beforeEach(() => {
  db = memoryStore()
  run = insertTestRun(db, 'a')
})

const plans = () => db.get<{ count: number }>('SELECT count(*) AS count FROM plans')?.count

const CHANGES = {
  heads: [{ name: 'label', column: 'label', type: 'classification' as const, classes: ['cat', 'dog'] }],
  environment: { node: 'v24' },
  weightChange: [
    { layer: 'conv1', block: 'stem', state: 'frozen' as const, parameters: 10, change: 0, movingChange: null },
  ],
  cache: {
    items: 4,
    hits: 2,
    bytes: 100,
    seconds: 0.5,
    layer: 'flatten',
    precision: 'float32' as const,
    agreement: null,
  },
  weights: { path: 'weights.bin', sha256: 'abc' },
  modelSha256: 'def',
  work: 1e15,
}

describe('the large parts of a run', () => {
  it('come back as they went in', () => {
    const details = readDetails(db, run)
    expect(details).toMatchObject({
      heads: [],
      environment: {},
      cache: null,
      weights: null,
      modelSha256: null,
      work: null,
    })
    expect([details.spec.name, details.plan.network.name]).toEqual(['a', 'toy'])
    expect(db.get('SELECT cache, weights FROM run_details')).toEqual({ cache: null, weights: null })
    updateDetails(db, run, CHANGES as never)
    expect(readDetails(db, run)).toEqual({ ...details, ...CHANGES })
  })

  it('change in what is given alone, and can be taken away', () => {
    updateDetails(db, run, CHANGES as never)
    updateDetails(db, run, { cache: null, modelSha256: null, work: 2 })
    expect(readDetails(db, run)).toMatchObject({ ...CHANGES, cache: null, modelSha256: null, work: 2 })
  })

  it('are those of one run', () => {
    const other = insertTestRun(db, 'b')
    updateDetails(db, other, { work: 7 })
    expect([readDetails(db, run).work, readDetails(db, other).work]).toEqual([null, 7])
    expect(readDetails(db, other).spec.name).toBe('b')
  })

  it('are missed where there are none', () => {
    expect(() => readDetails(db, 99)).toThrow('run 99 has no details')
  })

  it('share a plan with equal ones', () => {
    insertTestRun(db, 'b')
    expect(plans()).toBe(1)
    const details = readDetails(db, run)
    // Read anew, it is another object with the same text.
    db.run('DELETE FROM run_details WHERE run = ?', insertTestRun(db, 'c'))
    const c = db.get<{ key: number }>("SELECT key FROM runs WHERE id = 'c'")!.key
    insertDetails(db, c, details)
    expect(plans()).toBe(1)
    expect(readDetails(db, c)).toEqual(details)
  })

  it('written by an older Graft have their plan beside them', () => {
    const details = readDetails(db, run)
    const plan = { ...details.plan, cachedUpTo: 'stem' }
    db.run('UPDATE run_details SET plan = ?, plan_key = NULL WHERE run = ?', JSON.stringify(plan), run)
    expect(readDetails(db, run)).toEqual({ ...details, plan })
  })
})
