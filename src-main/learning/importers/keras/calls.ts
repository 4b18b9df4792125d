import { brokenFile, quoted, unsupported } from '../refusals.ts'
import { listOf, objectOf, textOf } from './json.ts'
import type { JsonObject } from './json.ts'

/** What a layer is applied to: the output of another one, or a number that stands in the code. */
export type Argument = { readonly layer: string; readonly tensor: number } | { readonly value: number }
export type Call = readonly Argument[]

/** `inbound_nodes` in its three spellings: a list of [layer, node, tensor, arguments] per call (Keras 2 and TensorFlow.js), such a list without
 *  the outer one (functions of TensorFlow), or objects with `args` and `kwargs` that hold tensors (Keras 3). */
export function readCalls(value: unknown, title: string): Call[] {
  if (value === undefined || value === null) return []
  const what = `the inputs of layer ${quoted(title)}`
  return listOf(value, what).map((node) => {
    if (!Array.isArray(node)) return newCall(objectOf(node, what), what)
    const tensors = typeof node[0] === 'string' ? [node] : (node as unknown[])
    return tensors.flatMap((tensor) => oldArguments(listOf(tensor, what), what))
  })
}

function newCall(node: JsonObject, what: string): Call {
  const found: Argument[] = []
  for (const argument of listOf(node['args'], what).flat(2)) addNew(found, argument, what)
  for (const [name, argument] of Object.entries(objectOf(node['kwargs'] ?? {}, what))) {
    if (name === 'training' || name === 'mask' || argument === null) continue
    if (name === CAUSAL && argument === true) throw causal(what)
    addNew(found, argument, what)
  }
  return found
}

function addNew(found: Argument[], argument: unknown, what: string): void {
  if (typeof argument === 'number') return void found.push({ value: argument })
  if (typeof argument !== 'object' || argument === null) return
  const { class_name: className, config } = argument as JsonObject
  if (className !== '__keras_tensor__') throw brokenFile(`Expected tensors as ${what}. Received: ${quoted(argument)}.`)
  const history = listOf(objectOf(config, what)['keras_history'], what)
  found.push({ layer: textOf(history[0], what), tensor: numberOf(history[2], what) })
}

const CONSTANT = '_CONSTANT_VALUE'

/** The fourth part holds further arguments: `y` of a function is a number or again a tensor, and attention's are tensors. */
function oldArguments(tensor: readonly unknown[], what: string): Argument[] {
  const [layer, , index, more] = tensor
  const own: Argument[] =
    layer === CONSTANT
      ? [{ value: numberOf(index, what) }]
      : [{ layer: textOf(layer, what), tensor: numberOf(index ?? 0, what) }]
  if (typeof more !== 'object' || more === null) return own
  if ((more as JsonObject)[CAUSAL] === true) throw causal(what)
  const others = FURTHER.map((name) => (more as JsonObject)[name])
  return [...own, ...others.flatMap((other) => furtherArgument(other, what))]
}

const FURTHER = ['y', 'value', 'key', 'attention_mask'] as const

function furtherArgument(other: unknown, what: string): Argument[] {
  if (typeof other === 'number') return [{ value: other }]
  return Array.isArray(other) ? oldArguments(other, what) : []
}

/** Attention to earlier tokens alone. */
const CAUSAL = 'use_causal_mask'

function causal(what: string): Error {
  return unsupported(
    `Expected attention to all tokens. Received: a causal mask among ${what}.`,
    'Save a model without this layer, or one that ends before it.',
  )
}

function numberOf(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw brokenFile(`Expected a number among ${what}. Received: ${quoted(value)}.`)
}
