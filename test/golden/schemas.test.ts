import { describe, expect, it } from 'vitest'
import { specSchema, studySchema } from '../../src-main/hosts/cli/spec-schema.ts'
import { golden } from '../support/golden.ts'

/** A schema in one line, without its sentences: those may be written better at any time. */
function line(schema: unknown): string {
  return JSON.stringify(schema, (key, value: unknown) => (key === 'description' ? undefined : value))
}

const lines = (properties: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(properties as object).map(([name, schema]) => [name, line(schema)]))

interface Listed {
  readonly properties: { readonly type: { readonly const: string } }
}

describe('the JSON Schema of', () => {
  it('a spec', async () => {
    const { properties, ...rest } = specSchema() as { properties: Record<string, { oneOf: Listed[] }> }
    const { strategy, optimizer, schedule, ...fields } = properties
    await golden('spec', { ...rest, properties: lines(fields) })
    for (const [name, table] of Object.entries({ strategy, optimizer, schedule })) {
      const rows = table!.oneOf.map((row) => [row.properties.type.const, line(row)])
      await golden(name, Object.fromEntries(rows))
    }
  })

  it('a study', async () => {
    const { properties, description: _words, ...rest } = studySchema() as { properties: Record<string, unknown>; description: string } // prettier-ignore
    const { base, ...fields } = properties
    expect(base).toEqual(specSchema())
    await golden('study', { ...rest, properties: lines(fields) })
  })
})
