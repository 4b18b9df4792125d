import fc from 'fast-check'
import { z } from 'zod'
import type { RequestDef } from '../../src-main/contract/define.ts'
import { contract } from '../../src-main/contract/index.ts'
import { REQUEST_NAMES } from '../../src-main/contract/names.ts'

/** A call as a page could make it: the name and the input, with `{ [NASTY]: kind }` where a value stands that JSON cannot say. */
export interface FuzzCall {
  readonly name: string
  readonly input: unknown
}

export const NASTY = '\u0000nasty'

/** What `nastyValue` in the page turns the marks into. */
export const NASTY_KINDS = [
  'map',
  'set',
  'date',
  'bigint',
  'buffer',
  'floats',
  'regexp',
  'error',
  'circle',
  'nan',
  'infinity',
  'minus-zero',
  'undefined',
  'deep-150',
  'deep-10000',
  'long-text',
  'lone-surrogate',
  'function',
  'symbol',
  'promise',
  'element',
  'proxy',
  'thrower',
  'instance',
  'sparse',
  'many-keys',
  'doubled',
] as const

/** Source of a function of the page: the value of a mark. */
export const NASTY_VALUE = `(kind) => {
  const deep = (levels) => { let value = 1; for (let n = 0; n < levels; n++) value = n % 2 ? [value] : { value }; return value }
  const circle = { list: [] }; circle.self = circle; circle.list.push(circle)
  switch (kind) {
    case 'map': return new Map([['name', 1], [{}, []]])
    case 'set': return new Set([1, 'x'])
    case 'date': return new Date(NaN)
    case 'bigint': return 10n ** 40n
    case 'buffer': return new ArrayBuffer(64_000_000)
    case 'floats': return new Float64Array([1, NaN])
    case 'regexp': return /(a+)+$/g
    case 'error': return new TypeError('x')
    case 'circle': return circle
    case 'nan': return NaN
    case 'infinity': return -Infinity
    case 'minus-zero': return -0
    case 'deep-150': return deep(150)
    case 'deep-10000': return deep(10_000)
    case 'long-text': return 'x'.repeat(10_000_000)
    case 'lone-surrogate': return '\\ud800\\u0000\\u202e'
    case 'function': return () => 1
    case 'symbol': return Symbol('x')
    case 'promise': return Promise.resolve(1)
    case 'element': return document.body
    case 'proxy': return new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) })
    case 'thrower': return { get x() { throw new Error('of the page') } }
    case 'instance': return new (class Spec { dataset = 'x' })()
    case 'sparse': return new Array(600_000)
    case 'many-keys': return Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => ['k' + n, n]))
    case 'doubled': { let value = 1; for (let n = 0; n < 25; n++) value = [value, value]; return value }
    default: return undefined
  }
}`

/** These cost the page itself seconds: they are tried now and then. */
const EXPENSIVE: ReadonlySet<string> = new Set(['buffer', 'long-text', 'sparse', 'many-keys', 'doubled', 'deep-10000'])

const nasty = fc
  .oneof(
    { weight: 80, arbitrary: fc.constantFrom(...NASTY_KINDS.filter((kind) => !EXPENSIVE.has(kind))) },
    { weight: 1, arbitrary: fc.constantFrom(...NASTY_KINDS) },
  )
  .map((kind): unknown => ({ [NASTY]: kind }))

const HOSTILE = [
  ...[
    '',
    '__proto__',
    'constructor',
    'toString',
    'prototype',
    'hasOwnProperty',
    'run:',
    'run:../../x',
    'grant:x',
    'upload:x',
  ],
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    '~',
    '\\\\host\\share',
    "'; DROP TABLE runs; --",
    '%',
    '_',
    '\u0000',
    '\u202e',
  ],
  ...['(a+)+$', '(?<x>', '*'.repeat(50), '{a,b}'.repeat(20), '[', '🙂'.repeat(20), 'x'.repeat(5000)],
]

type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Ids and names that exist, by the field that takes them; `any` holds those of all other fields. */
export type Pool = Readonly<Record<string, readonly string[]>> & { readonly any: readonly string[] }

interface Parts {
  readonly pool: Pool
  readonly noise: fc.Arbitrary<unknown>
}

/** Calls whose inputs follow the contract's own schemas with a value bent here and there, and inputs that are noise. For `noiseOnly`
 *  no well-formed inputs are made. */
export function fuzzCalls(poolOf: (name: string) => Pool, noiseOnly: ReadonlySet<string>): fc.Arbitrary<FuzzCall> {
  const text = textOf(poolOf(''), 'any')
  const noise: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    nasty,
    fc.array(nasty, { maxLength: 3 }),
    fc.dictionary(text, fc.oneof(nasty, text), { maxKeys: 4 }),
    fc.constant(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}') as unknown),
  )
  const known = fc.constantFrom(...REQUEST_NAMES).chain((name): fc.Arbitrary<FuzzCall> => {
    const shaped = noiseOnly.has(name) ? noise : after(schemaOf(name), '', { pool: poolOf(name), noise })
    const input = fc.oneof({ weight: 5, arbitrary: shaped }, { weight: 1, arbitrary: noise })
    return fc.record({ name: fc.constant(name), input })
  })
  const near = fc.constantFrom(
    'system.__proto__',
    'runs.constructor',
    'wb:call',
    'RUNS.LIST',
    'runs.list ',
    'runs',
    '.',
  )
  const unknown = fc.record({ name: fc.oneof(text, near), input: noise })
  return fc.oneof({ weight: 12, arbitrary: known }, { weight: 1, arbitrary: unknown })
}

function textOf(pool: Pool, field: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...(Object.hasOwn(pool, field) ? (pool[field] ?? []) : pool.any)) },
    { weight: 1, arbitrary: fc.constantFrom(...pool.any) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  )
}

function schemaOf(name: string): Schema {
  const [noun = '', verb = ''] = name.split('.')
  const { input } = (contract as unknown as Record<string, Record<string, RequestDef>>)[noun]?.[verb] as RequestDef
  return z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema
}

/** Values after a schema, of the field that is called `field`; one in a few hundred is bent. */
function after(schema: Schema, field: string, parts: Parts): fc.Arbitrary<unknown> {
  const bent = fc.oneof(nasty, parts.noise)
  return fc.oneof({ weight: 300, arbitrary: straight(schema, field, parts) }, { weight: 1, arbitrary: bent })
}

function straight(schema: Schema, field: string, parts: Parts): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((branch) => after(branch, field, parts)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => straight({ ...schema, type }, field, parts)))
  }
  switch (schema.type) {
    case 'object':
      return objectAfter(schema, parts)
    case 'array':
      return fc.array(after(schema.items ?? {}, field, parts), { minLength: schema.minItems ?? 0, maxLength: 4 })
    case 'string':
      return textOf(parts.pool, field)
    case 'integer':
    case 'number':
      return numberAfter(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof({ weight: 20, arbitrary: fc.jsonValue({ maxDepth: 2 }) }, { weight: 1, arbitrary: parts.noise })
  }
}

function objectAfter(schema: Schema, parts: Parts): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, inner]) => [name, after(inner, name, parts)] as const,
  )
  const requiredKeys = (schema.required ?? []) as never[]
  const known = fc.record(Object.fromEntries(fields), { requiredKeys })
  const { additionalProperties: more } = schema
  const isRecord = typeof more === 'object' && fields.length === 0
  const others = isRecord
    ? fc.dictionary(textOf(parts.pool, 'any'), after(more, '', parts), { maxKeys: 3 })
    : fc.constant({})
  return fc.tuple(known, others).map(([one, other]) => ({ ...one, ...other }))
}

function numberAfter({ type, minimum = 0, maximum = 30 }: Schema): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minimum, -1000), Math.min(maximum, Math.max(minimum, 0) + 40)]
  const edges = [0, -1, 0.5, 1e9, 2 ** 31, 2 ** 53, -1e308, 5e-324, minimum, maximum, maximum + 1, minimum - 1]
  const usual = type === 'integer' ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true })
  return fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...edges) })
}
