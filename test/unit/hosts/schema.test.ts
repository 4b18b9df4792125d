import { expect, it } from 'vitest'
import { specSchema } from '../../../src-main/hosts/cli/spec-schema.ts'

interface FieldSchema {
  readonly type: string | string[]
  readonly items?: unknown
  readonly default?: unknown
}

const strategies = (
  specSchema() as {
    properties: { strategy: { oneOf: { properties: Record<string, FieldSchema & { const?: string }> }[] } }
  }
).properties.strategy.oneOf
const fieldOf = (type: string, name: string) =>
  strategies.find((one) => one.properties['type']?.const === type)?.properties[name]

it('says of every field of a strategy what JSON it takes, and its default is of that type', () => {
  for (const { properties } of strategies) {
    for (const [name, field] of Object.entries(properties)) {
      if (name === 'type') continue
      const types = [field.type].flat()
      const { default: value } = field
      const own = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
      const isKnown = types.includes(own) || (own === 'number' && types.includes('integer'))
      expect(isKnown, `${properties['type']?.const}.${name}: ${own} is not ${types.join(' or ')}`).toBe(true)
    }
  }
})

it('names models, datasets and lists of them', () => {
  expect(fieldOf('distillation', 'teachers')).toMatchObject({ type: 'array', items: { type: 'string' } })
  expect(fieldOf('dann', 'target')).toMatchObject({ type: ['string', 'null'] })
  expect(fieldOf('born-again-networks', 'teacher')).toMatchObject({ type: ['string', 'null'] })
})
