import { describe, expect, it } from 'vitest'
import { requirePlain } from '../../../src-main/core/errors/plain-input.ts'
import { processorTime } from '../../support/processor-time.ts'

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { value } : [value]
  return value
}

const circle: Record<string, unknown> = {}
circle['self'] = circle
const wide: unknown[] = []
for (let count = 0; count < 1000; count++) wide.push(wide)
/** 2 ** 60 values, all the same two objects. */
let doubled: unknown = 1
for (let level = 0; level < 60; level++) doubled = [doubled, doubled]

describe('a plain input', () => {
  it.each([
    undefined,
    null,
    {},
    [],
    'text',
    { a: undefined, b: [1, -0.5, true, null, 'x'], __proto__: null },
    JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}}'),
    nested(100),
    'x'.repeat(16 * 1024 ** 2),
    { itemIds: Array.from({ length: 100_000 }, (_, at) => at) },
  ])('passes: %#', (input) => expect(() => requirePlain(input)).not.toThrow())

  it.each([
    ['NaN', { a: Number.NaN }],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', { a: 1n }],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('x')]],
    ['of type Map', new Map([['spec', 1]])],
    ['of type Set', { a: new Set() }],
    ['of type Date', new Date(0)],
    ['of type RegExp', /x/],
    ['of type Error', new Error('x')],
    ['of type ArrayBuffer', new ArrayBuffer(64_000_000)],
    ['of type Float32Array', new Float32Array(4)],
    ['levels', nested(101)],
    ['levels', nested(100_000)],
    ['levels', circle],
    ['levels', wide],
    ['values', doubled],
    ['values', new Array(4_000_000_000)],
    ['values', { a: Array.from({ length: 500_001 }, () => 0) }],
    ['MiB of text', ['x'.repeat(16 * 1024 ** 2), 'y']],
    ['MiB of text', { ['k'.repeat(17 * 1024 ** 2)]: 1 }],
  ])('is refused: %s', (received, input) => {
    const spent = processorTime()
    expect(() => requirePlain(input)).toThrow(
      expect.objectContaining({ code: 'E_INPUT', message: expect.stringContaining(received) }),
    )
    expect(spent()).toBeLessThan(1000)
  })
})
