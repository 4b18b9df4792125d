import type { ParamField } from '@contract/params.ts'

/** Text stands first: a component's property that may be a boolean would otherwise take an empty text for `true`. */
export type ParamValue = string | number | boolean | readonly string[] | null
export type ParamValues = Readonly<Record<string, ParamValue>>

/** What a form shows for one field: the given value or the field's default. */
export function valueOf(field: ParamField, values: Readonly<Record<string, unknown>>): ParamValue {
  const value = values[field.name]
  return value === undefined ? field.default : (value as ParamValue)
}

/** Splits a form into what is shown at once and what waits behind Advanced. */
export function partFields(fields: readonly ParamField[]): { shown: ParamField[]; advanced: ParamField[] } {
  return {
    shown: fields.filter((field) => field.advanced !== true),
    advanced: fields.filter((field) => field.advanced === true),
  }
}

/** How many of these fields differ from their default, so that a closed fold does not hide a changed setting. */
export function countChanged(fields: readonly ParamField[], values: Readonly<Record<string, unknown>>): number {
  return fields.filter((field) => !isSame(valueOf(field, values), field.default)).length
}

function isSame(a: ParamValue, b: ParamValue): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b))
}
