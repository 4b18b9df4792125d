import type { ParamField } from '@contract/params.ts'
import { expect, it } from 'vitest'
import { countChanged, partFields, valueOf } from '../../../../src-renderer/ui/param-form.ts'

const field = (name: string, more: Partial<ParamField> = {}): ParamField => ({
  name,
  label: name,
  type: 'number',
  default: 1,
  help: '',
  ...more,
})

it('shows defaults until a value is given, and null as a value of its own', () => {
  expect(valueOf(field('a'), {})).toBe(1)
  expect(valueOf(field('a'), { a: 0 })).toBe(0)
  expect(valueOf(field('a', { optional: true }), { a: null })).toBe(null)
})

it('parts advanced fields and counts those that a closed fold would hide', () => {
  const fields = [field('a'), field('b', { advanced: true }), field('c', { advanced: true })]
  const { shown, advanced } = partFields(fields)
  expect([shown.map((one) => one.name), advanced.map((one) => one.name)]).toEqual([['a'], ['b', 'c']])
  expect(countChanged(advanced, { a: 9, b: 2, c: 1 })).toBe(1)
})
