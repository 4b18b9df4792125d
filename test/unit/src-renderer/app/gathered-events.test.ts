import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gatherEvents } from '../../../../src-renderer/app/gathered-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('gathered events', () => {
  it('are told together and in order, once', () => {
    const told: number[] = []
    const events = gatherEvents()
    events.add(() => told.push(1))
    vi.advanceTimersByTime(20)
    events.add(() => told.push(2))
    expect(told).toEqual([])
    vi.advanceTimersByTime(20)
    expect(told).toEqual([1, 2])
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([1, 2])
  })

  it('are told at once where a reply must not overtake them', () => {
    const told: number[] = []
    const events = gatherEvents()
    events.add(() => told.push(1))
    events.flush()
    expect(told).toEqual([1])
    events.add(() => told.push(2))
    vi.advanceTimersByTime(40)
    expect(told).toEqual([1, 2])
  })

  it('reach the listeners after one that throws', () => {
    const reported: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
    const told: number[] = []
    const events = gatherEvents()
    events.add(() => {
      throw new Error('broken')
    })
    events.add(() => told.push(2))
    events.flush()
    expect([told, reported.length]).toEqual([[2], 1])
  })
})
