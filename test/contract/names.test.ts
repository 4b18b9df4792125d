import { describe, expect, it } from 'vitest'
import { contract, type EventName, type RequestName } from '../../src-main/contract/index.ts'
import { EVENT_NAMES, REQUEST_NAMES } from '../../src-main/contract/names.ts'

function namesOf(kind: 'request' | 'event'): string[] {
  return Object.entries(contract).flatMap(([noun, module]) =>
    Object.entries(module).flatMap(([verb, def]) => (def.kind === kind ? [`${noun}.${verb}`] : [])),
  )
}

describe('names.ts', () => {
  it('has every request and event of the contract, in order', () => {
    expect([...REQUEST_NAMES]).toEqual(namesOf('request'))
    expect([...EVENT_NAMES]).toEqual(namesOf('event'))
  })

  it('agrees with the types', () => {
    // The compiler refuses either line when the lists and the contract differ.
    const requests: readonly RequestName[] = REQUEST_NAMES satisfies readonly RequestName[]
    const events: readonly EventName[] = EVENT_NAMES satisfies readonly EventName[]
    expect(new Set(requests).size + new Set(events).size).toBe(REQUEST_NAMES.length + EVENT_NAMES.length)
  })
})
