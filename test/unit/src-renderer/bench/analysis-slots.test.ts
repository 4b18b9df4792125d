import type { AnalysisRecord } from '@contract/analyses.ts'
import type { ParamField, Variant } from '@contract/params.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { expect, it } from 'vitest'
import { isStale, paramsFrom, slotVariant } from '../../../../src-renderer/features/bench/analysis-slots.ts'

const field = (name: string, type: ParamField['type']): ParamField => {
  return { name, type, label: name, help: '', default: null }
}
const gap: Variant = {
  type: 'domain-gap',
  label: 'Domain gap',
  help: '',
  fields: [field('target', 'dataset'), field('samples', 'integer')],
}
const spec = (more: Partial<ExperimentSpecInput> = {}): ExperimentSpecInput => {
  return { dataset: 'a', base: 'net', strategy: { type: 'dann', target: 'b', samples: 9 }, ...more }
}

it('finds the measurement of a place by its type', () => {
  const all = ['advisor', 'domain-gap', 'rate-finder', 'transferability'].map((type) => ({ ...gap, type }))
  const types = (['advisor', 'gap', 'rate', 'ranking'] as const).map((slot) => slotVariant(all, slot)?.type)
  expect(types).toEqual(['advisor', 'domain-gap', 'rate-finder', 'transferability'])
  expect(slotVariant([], 'rate')).toBeNull()
})

it('takes what the strategy names, not its numbers', () => {
  expect(paramsFrom(gap, { samples: 500, target: 'old' }, spec())).toEqual({ samples: 500, target: 'b' })
  expect(paramsFrom(gap, {}, spec({ strategy: { type: 'fine-tuning' } }))).toEqual({})
})

it('is old once the spec has changed in what it looked at', () => {
  const record = { spec: spec(), params: { target: 'b' } } as unknown as AnalysisRecord
  expect(isStale(record, spec(), 'gap')).toBe(false)
  expect(isStale(record, spec({ epochs: 99 }), 'advisor')).toBe(false)
  expect(isStale(record, spec({ strategy: { type: 'dann', target: 'c' } }), 'gap')).toBe(true)
  expect(isStale(record, spec({ base: 'other' }), 'advisor')).toBe(true)
  expect(isStale(record, spec({ base: 'other' }), 'ranking')).toBe(false)
  expect(isStale(record, spec({ dataset: 'other' }), 'ranking')).toBe(true)
})
