import { z } from 'zod'

/** One field of a form, made from a strategy's, optimizer's or schedule's own parameters.
 *  The window draws it, the command line prints it, the schema checks it. */
export const ParamField = z.object({
  name: z.string(),
  label: z.string(),
  /** `model`: a base model, or `run:<id>` of a trained one; `models`: several of them. `dataset`: a further dataset of the workspace.
   *  `names`: a list of names (columns, layers, classes). */
  type: z.enum(['number', 'integer', 'boolean', 'choice', 'text', 'model', 'models', 'dataset', 'names']),
  default: z.union([z.number(), z.boolean(), z.string(), z.array(z.string()), z.null()]),
  /** One sentence behind the `?`. */
  help: z.string(),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Step of the control's arrows; `log` moves by factors instead. */
  step: z.number().optional(),
  log: z.boolean().optional(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  /** Hidden until "Advanced" is opened. */
  advanced: z.boolean().optional(),
  /** Says nothing of models of tables. */
  imagesOnly: z.boolean().optional(),
  /** May be left empty (null): the feature is off. */
  optional: z.boolean().optional(),
})
export type ParamField = z.infer<typeof ParamField>

/** A choosable variant (strategy, optimizer, schedule, architecture, new layer, exporter) with its form. */
export const Variant = z.object({
  type: z.string(),
  label: z.string(),
  /** One sentence: what it does and when to take it. */
  help: z.string(),
  fields: z.array(ParamField),
  /** Of a strategy: whether a run that has ended may be trained for more epochs. */
  canExtend: z.boolean().optional(),
})
export type Variant = z.infer<typeof Variant>

type FieldOf<T extends ParamField['type'], D> = Omit<ParamField, 'name' | 'type' | 'default'> & { type: T; default: D }

/** What `defineParams` takes: the same as ParamField without the name. */
export type ParamDefs = Record<
  string,
  | FieldOf<'number', number | null>
  | FieldOf<'integer', number | null>
  | FieldOf<'boolean', boolean>
  | FieldOf<'choice', string>
  | FieldOf<'text', string>
  | FieldOf<'model', string | null>
  | FieldOf<'dataset', string | null>
  | FieldOf<'models', string[]>
  | FieldOf<'names', string[]>
>

type ValueOf<D> = D extends { type: 'number' | 'integer'; default: infer V }
  ? V extends null
    ? number | null
    : number
  : D extends { type: 'boolean' }
    ? boolean
    : D extends { type: 'models' | 'names' }
      ? string[]
      : D extends { type: 'model' | 'dataset' }
        ? string | null
        : string

export type ParamValues<P extends ParamDefs> = {
  [K in keyof P]: P[K] extends { optional: true } ? ValueOf<P[K]> | null : ValueOf<P[K]>
}

export interface Params<P extends ParamDefs> {
  readonly fields: ParamField[]
  /** Strict: unknown keys are refused, missing ones take their default. */
  readonly schema: z.ZodType<ParamValues<P>>
}

/** Makes the form fields and the checking schema of one variant from a single table. */
export function defineParams<const P extends ParamDefs>(defs: P): Params<P> {
  const fields = Object.entries(defs).map(([name, def]) => ({ name, ...def }) as ParamField)
  const shape = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]))
  return { fields, schema: z.strictObject(shape) as unknown as z.ZodType<ParamValues<P>> }
}

function fieldSchema(field: ParamField): z.ZodType {
  const base = valueSchema(field)
  return (field.optional ? base.nullable() : base).default(field.default as never).describe(field.help)
}

function valueSchema(field: ParamField): z.ZodType {
  switch (field.type) {
    case 'boolean':
      return z.boolean()
    case 'text':
      return z.string()
    case 'model':
    case 'dataset':
      // Not chosen yet is a problem of the plan, not of the form.
      return z.string().min(1).nullable()
    case 'models':
    case 'names':
      return z.array(z.string().min(1))
    case 'choice':
      return z.enum((field.choices ?? []).map((choice) => choice.value) as [string, ...string[]])
    default: {
      let schema = field.type === 'integer' ? z.int() : z.number()
      if (field.min !== undefined) schema = schema.min(field.min)
      if (field.max !== undefined) schema = schema.max(field.max)
      return schema
    }
  }
}
