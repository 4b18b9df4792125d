import type { Reliability } from '@contract/labelling.ts'
import { describe, expect, it } from 'vitest'
import { reliabilitySeries, temperatureWords } from '../../../../src-renderer/features/labelling/reliability-series.ts'

const reliability: Reliability = {
  bins: [
    { confidence: 0.95, accuracy: 0.9, count: 20 },
    { confidence: 0.55, accuracy: 0.5, count: 4 },
    { confidence: 0.75, accuracy: 0, count: 0 },
  ],
  temperature: 1.4,
  errorBefore: 0.12,
  errorAfter: 0.05,
  heldOut: 24,
}

describe('the reliability curve', () => {
  it('rises in x and leaves out empty bins: their accuracy says nothing', () => {
    const [ideal, measured] = reliabilitySeries(reliability)
    expect(ideal).toMatchObject({ x: [0, 1], y: [0, 1], dashed: true })
    expect(measured).toMatchObject({ x: [0.55, 0.95], y: [0.5, 0.9], dashed: false })
  })

  it('says what the temperature did', () => {
    expect(temperatureWords(1.4)).toContain('too sure')
    expect(temperatureWords(0.6)).toContain('too modest')
    expect(temperatureWords(1)).toContain('as sure as')
  })
})
