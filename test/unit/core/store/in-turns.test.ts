import { describe, expect, it } from 'vitest'
import { inTurns } from '../../../../src-main/core/store/in-turns.ts'
import { memoryStore } from '../../../support/memory-store.ts'

describe('work in turns', () => {
  it('answers what it came to, with other work in between', async () => {
    const steps: string[] = []
    function* work() {
      steps.push('one')
      yield
      steps.push('two')
      return 7
    }
    const answer = inTurns(memoryStore(), work())
    steps.push('between')
    expect(await answer).toBe(7)
    expect(steps).toEqual(['one', 'between', 'two'])
  })

  it('ends, tidied up, when the workspace is closed meanwhile', async () => {
    const db = memoryStore()
    const steps: string[] = []
    function* work() {
      try {
        yield
        steps.push('went on')
      } finally {
        steps.push('tidied up')
      }
    }
    const answer = inTurns(db, work())
    db.close()
    await expect(answer).rejects.toMatchObject({ code: 'E_WORKSPACE_NOT_OPEN', fix: 'Open it and try again.' })
    expect(steps).toEqual(['tidied up'])
  })
})
