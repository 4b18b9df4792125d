import { describe, expect, it } from 'vitest'
import {
  headline,
  moreWords,
  noRetryWords,
  placesOf,
  retryWord,
} from '../../../../src-renderer/features/failures/failure-words.ts'

describe('the words of a failure', () => {
  it('say what, and whether it failed or was broken off', () => {
    expect(headline({ kind: 'import', title: 'Import birds', state: 'failed' })).toBe('Import birds failed')
    expect(headline({ kind: 'train', title: 'birds', state: 'interrupted' })).toBe('Training “birds” was interrupted')
    expect([retryWord({ kind: 'train' }), retryWord({ kind: 'export' })]).toEqual(['Resume', 'Try again'])
    expect([moreWords(1), moreWords(3)]).toEqual(['and one more', 'and 3 more'])
  })

  it('say why a job of an earlier session cannot be tried again', () => {
    expect(noRetryWords({ jobId: 'j1', canRetry: false })).toContain('start it anew')
    expect(noRetryWords({ jobId: 'j1', canRetry: true })).toBeNull()
    expect(noRetryWords({ jobId: null, canRetry: false })).toBeNull()
  })

  it('lead to where one goes on', () => {
    expect(placesOf({ kind: 'train', runId: 'r1' }).map((place) => place.to)).toEqual(['/runs/r1', '/runs/r1?tab=log'])
    expect(placesOf({ kind: 'predict', runId: 'r1' })).toEqual([
      { label: 'Show model', to: '/models/run%3Ar1?tab=predict' },
    ])
    expect(placesOf({ kind: 'export', runId: null })).toEqual([])
    expect(placesOf({ kind: 'import', runId: null })[0]?.to).toBe('/data')
    expect(placesOf({ kind: 'analyse', runId: null })[0]?.to).toBe('/bench')
  })
})
