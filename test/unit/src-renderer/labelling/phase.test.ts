import type { LabellingState } from '@contract/labelling.ts'
import { describe, expect, it } from 'vitest'
import { phaseOf } from '../../../../src-renderer/features/labelling/phase.ts'

const state = (status: LabellingState['status'], head: unknown = null) =>
  ({ status, head }) as unknown as LabellingState

describe('how far suggesting is', () => {
  it.each([
    ['unknown', null, null],
    ['off', state('off'), null],
    ['off', state('off'), { status: 'done' }],
    ['preparing', state('preparing'), { status: 'running' }],
    // Stopped by the user, and not by a fault.
    ['paused', state('off'), { status: 'cancelled' }],
    ['paused', state('failed'), { status: 'cancelled' }],
    // The next preparation has begun.
    ['preparing', state('preparing'), { status: 'cancelled' }],
    ['failed', state('failed'), { status: 'done' }],
    ['failed', state('off'), { status: 'failed' }],
    ['wanting', state('ready'), { status: 'done' }],
    ['ready', state('ready', {}), { status: 'done' }],
    // Of another window: this one has no job.
    ['ready', state('ready', {}), null],
  ] as const)('is %s', (phase, now, job) => {
    expect(phaseOf(now, job)).toBe(phase)
  })
})
