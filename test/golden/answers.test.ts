import { it } from 'vitest'
import { z } from 'zod'
import { Exhibit } from '../../src-main/contract/exhibits.ts'
import { contract } from '../../src-main/contract/index.ts'
import { golden } from '../support/golden.ts'
import { type JsonSchema, shapeOfSchema } from '../support/json-shape.ts'

it('what the commands print comes from answers of the same shape', async () => {
  const answers = {
    'datasets.get': contract.datasets.get,
    'datasets.statistics': contract.datasets.statistics,
    'datasets.problems': contract.datasets.problems,
    'models.list': contract.models.list,
    'models.describe': contract.models.describe,
    'models.exports': contract.models.exports,
    'runs.list': contract.runs.list,
    'runs.get': contract.runs.get,
    'runs.review': contract.runs.review,
    'analyses.get': contract.analyses.get,
    'analyses.list': contract.analyses.list,
    'studies.get': contract.studies.get,
    'studies.list': contract.studies.list,
  }
  for (const [name, { output }] of Object.entries(answers)) await golden(name, fieldsOf(output))
  const kinds = Exhibit.options.map((option) => [[...option.shape.kind.values][0], shapeOfSchema(jsonSchema(option))])
  await golden('exhibits', Object.fromEntries(kinds))
})

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'output' }) as JsonSchema
}

/** One line for each field of an answer, or of the elements of a list. */
function fieldsOf(output: z.ZodType): Record<string, string> {
  const schema = jsonSchema(output)
  const { properties = {} } = schema.items ?? schema
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, shapeOfSchema(field)]))
}
