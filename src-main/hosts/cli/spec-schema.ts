import { z } from 'zod'
import type { ParamField, Variant } from '../../contract/params.ts'
import { ExperimentSpec } from '../../contract/spec.ts'
import { StudySpec } from '../../contract/studies.ts'
import { catalog } from '../../learning/catalog.ts'
import { printLine } from './print.ts'

/** The JSON Schema of a study. */
export function studySchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(StudySpec, { io: 'input' }) as { properties: Record<string, unknown> }
  const presets = catalog().presets.map((preset) => `${preset.id}: ${preset.label}`)
  return {
    ...schema,
    description: `Presets for arms: ${presets.join(', ')}.`,
    properties: { ...schema.properties, base: specSchema() },
  }
}

/** The JSON Schema of an experiment, with every variant of the catalogue. */
export function specSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(ExperimentSpec, { io: 'input' }) as { properties: Record<string, unknown> }
  const { strategies, optimizers, schedules } = catalog()
  return {
    ...schema,
    properties: {
      ...schema.properties,
      strategy: { oneOf: strategies.map(variantSchema) },
      optimizer: { oneOf: optimizers.map(variantSchema) },
      schedule: { oneOf: schedules.map(variantSchema) },
    },
  }
}

function variantSchema(variant: Variant): Record<string, unknown> {
  return {
    type: 'object',
    description: variant.help,
    properties: {
      type: { const: variant.type },
      ...Object.fromEntries(variant.fields.map((field) => [field.name, fieldSchema(field)])),
    },
    required: ['type'],
    additionalProperties: false,
  }
}

const JSON_TYPES: Readonly<Record<ParamField['type'], string>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  choice: 'string',
  text: 'string',
  model: 'string',
  dataset: 'string',
  models: 'array',
  names: 'array',
}

/** What a value of a type looks like, where its default does not show it. */
const VALUE_WORDS: Partial<Record<ParamField['type'], string>> = {
  model: '(a base model, or run:<id>) ',
  models: '(list of base models or run:<id>) ',
  dataset: '(name of a dataset) ',
  names: '(list of names) ',
}

function fieldSchema(field: ParamField): Record<string, unknown> {
  const isList = field.type === 'models' || field.type === 'names'
  // A model or dataset that is not chosen yet is a problem of the plan, not of the form.
  const mayBeNull = field.optional || field.type === 'model' || field.type === 'dataset'
  const type = JSON_TYPES[field.type]
  return {
    type: mayBeNull ? [type, 'null'] : type,
    ...(isList ? { items: { type: 'string', minLength: 1 } } : {}),
    default: field.default,
    description: field.help,
    ...(field.min === undefined ? {} : { minimum: field.min }),
    ...(field.max === undefined ? {} : { maximum: field.max }),
    ...(field.choices === undefined ? {} : { enum: field.choices.map((choice) => choice.value) }),
  }
}

function defaultText(field: ParamField): string {
  const value = Array.isArray(field.default) ? JSON.stringify(field.default) : String(field.default)
  return field.unit ? `${value} ${field.unit}` : value
}

/** Every strategy, optimizer and schedule with its fields, for people. */
export function printForms(): void {
  const { strategies, optimizers, schedules } = catalog()
  for (const [title, variants] of Object.entries({
    strategy: strategies,
    optimizer: optimizers,
    schedule: schedules,
  })) {
    printLine(`${title}:`)
    for (const variant of variants) {
      printLine(`  ${variant.type}  ${variant.help}`)
      for (const field of variant.fields)
        printLine(`    ${field.name} = ${defaultText(field)}  ${VALUE_WORDS[field.type] ?? ''}${field.help}`)
    }
  }
  printLine('The whole JSON Schema: graft schema --json')
}
