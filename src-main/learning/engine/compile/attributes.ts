import type { Binding, OpAttribute } from '../../ops/native.ts'
import type { AttributeValue } from './graph-def.ts'
import { OP_SIGNATURES } from './op-signatures.ts'

/** Why a function cannot be written as a graph. */
export class Uncompilable extends Error {}

/** The attributes of a recorded op as a graph needs them: those given to the eager runtime, and those that it inferred
 *  from the inputs' types. Throws Uncompilable for an op that is not known, or lacks an attribute. */
export function completeAttributes(
  op: string,
  given: Readonly<Record<string, AttributeValue>>,
  inputTypes: readonly number[],
): Record<string, AttributeValue> {
  const signature = OP_SIGNATURES[op]
  if (signature === undefined) throw new Uncompilable(`the attributes of the op ${op} are not known`)
  const [inputs = '', required = ''] = signature.split(';')
  const complete = { ...inferred(words(inputs), inputTypes), ...given }
  const lacking = words(required).find((name) => !(name in complete))
  if (lacking !== undefined) throw new Uncompilable(`the op ${op} came without its attribute ${lacking}`)
  return complete
}

function inferred(inputs: readonly string[], types: readonly number[]): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {}
  let at = 0
  for (const input of inputs) {
    const [type, count] = input.split('*').reverse() as [string, string?]
    if (type !== '-') found[type] = { type: types[at]! }
    const length = count === undefined ? 1 : types.length - (inputs.length - 1)
    if (count !== undefined) found[count] = { int: length }
    at += length
  }
  return found
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

/** Attributes as the addon takes them, to those of a graph. Values left out (null) have a default. */
export function givenAttributes(binding: Binding, attributes: readonly OpAttribute[]): Record<string, AttributeValue> {
  const given = attributes.filter(({ value }) => value !== null && value !== undefined)
  return Object.fromEntries(given.map((attribute) => [attribute.name, valueOf(binding, attribute)]))
}

function valueOf(binding: Binding, { name, type, value }: OpAttribute): AttributeValue {
  if (type === binding.TF_ATTR_TYPE) return { type: value as number }
  if (type === binding.TF_ATTR_BOOL && typeof value === 'boolean') return { bool: value }
  if (type === binding.TF_ATTR_FLOAT && typeof value === 'number') return { float: value }
  if (type === binding.TF_ATTR_STRING && typeof value === 'string') return { string: value }
  if (type === binding.TF_ATTR_SHAPE) return { shape: value as number[] }
  if (type === binding.TF_ATTR_INT) return Array.isArray(value) ? { ints: value as number[] } : { int: Number(value) }
  throw new Uncompilable(`the attribute ${name} is of a kind that is not known`)
}
