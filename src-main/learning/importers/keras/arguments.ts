import { ACTIVATIONS } from '../../network/layer-configs/arguments.ts'
import { quoted, unsupported } from '../refusals.ts'
import type { FlatLayer } from './flatten-model.ts'
import type { JsonObject } from './json.ts'

/** Names that Keras has had for one function. */
const RENAMED: Readonly<Record<string, string>> = { swish: 'silu', hard_swish: 'hard_silu', Relu6: 'relu6' }

/** Before Keras 3 these names meant other functions: clip(0.2 x + 0.5, 0, 1) and its like, and slopes of their own. */
const CHANGED_IN_KERAS_3 = ['hard_sigmoid', 'hard_silu', 'leaky_relu']

/** An activation by Graft's name: from text, or from the object that Keras writes for functions and activation layers. */
export function activationOf(value: unknown, layer: FlatLayer, isLegacy: boolean): string {
  if (value === undefined || value === null) return 'linear'
  const written = typeof value === 'string' ? value : nameOf(value as JsonObject)
  const name = RENAMED[written] ?? written
  if (isLegacy && CHANGED_IN_KERAS_3.includes(name)) {
    throw unsupported(
      `Layer ${quoted(layer.title)} has the activation ${quoted(written)} as it was before Keras 3, where it was another function. Graft has the one of Keras 3.`,
      'Save the model with Keras 3, or with ReLU6(x + 3) / 6 in its place.',
      { layer: layer.title },
    )
  }
  if ((ACTIVATIONS as readonly string[]).includes(name)) return name
  throw unsupported(
    `Layer ${quoted(layer.title)} has the activation ${quoted(written)}. Graft has ${ACTIVATIONS.join(', ')}.`,
    'Save a model with one of these activations.',
    { layer: layer.title },
  )
}

function nameOf(value: JsonObject): string {
  const { class_name: className, config } = value
  if (typeof config === 'string') return config
  const kind = typeof className === 'string' ? className : quoted(value)
  const inner = (config as JsonObject | null | undefined) ?? {}
  if (kind === 'ReLU' && inner['max_value'] === 6) return 'relu6'
  return kind.length > 4 ? kind.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase() : kind.toLowerCase()
}

/** The named arguments as the file has them; those that have their usual value need not be told. */
export function picked(
  layer: FlatLayer,
  names: readonly string[],
  usual: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const found = names.flatMap((name): [string, unknown][] => {
    const value = layer.config[name]
    const isTold = value !== undefined && value !== null && JSON.stringify(value) !== JSON.stringify(usual[name])
    return isTold ? [[name, value]] : []
  })
  return Object.fromEntries(found)
}

/** Refuses an argument that Graft knows one value of. */
export function mustBe(layer: FlatLayer, name: string, ...accepted: readonly unknown[]): void {
  const value = layer.config[name]
  if (value === undefined || value === null) return
  if (accepted.some((one) => JSON.stringify(one) === JSON.stringify(value))) return
  throw unsupported(
    `Layer ${quoted(layer.title)} (${quoted(layer.className)}) has \`${name}\` ${quoted(value)}. Graft has it with ${accepted.map(quoted).join(' or ')} only.`,
    'Save a model without it.',
    { layer: layer.title, argument: name },
  )
}
