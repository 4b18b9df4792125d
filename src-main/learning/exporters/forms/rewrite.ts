import type { Layer, LayerType, Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { ExportModel } from '../exporter.ts'
import { refusalOf } from './refusals.ts'

/** What a form may ask about the layer that it looks at. */
export interface Surroundings {
  /** Of its first input, without the batch axis. */
  readonly shape: readonly number[]
  /** Values of one of its weights, row-major. */
  readonly read: (weight: string) => Float32Array
}

/** Layers that together compute what one did. The last one takes over its name, so that whoever reads it still does. */
export interface Rewritten {
  readonly steps: readonly Step[]
  /** Values by `<step>/<weight>`. */
  readonly weights?: Readonly<Record<string, Float32Array>>
}

export interface Step {
  readonly name: string
  readonly type: LayerType
  readonly config: Record<string, unknown>
  /** Steps before it, INPUT for all of the layer's own inputs, `input <i>` for one; absent: the one before it. */
  readonly from?: readonly string[]
}

export const INPUT = 'input'

/** How a format says what it has no layer for: as other layers; null: it knows this one. What it cannot say stands in refusals.ts. */
export type Form = (layer: Layer, around: Surroundings) => Rewritten | null

/** No form makes more than a few of another's layers. */
const MOST_PASSES = 6

/** The model in layers that a format knows. Throws E_MODEL_UNSUPPORTED, naming the layer. */
export function rewrite(model: ExportModel, format: string, forms: readonly Form[]): ExportModel {
  const refusal = refusalOf(model.network, format)
  if (refusal !== null) throw refusal
  let current = model
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = onePass(current, forms)
    if (next === null) return current
    current = next
  }
  throw new Error(`the forms of ${format} do not come to an end`)
}

function onePass(model: ExportModel, forms: readonly Form[]): ExportModel | null {
  const { shapes } = inferNetwork(model.network)
  const values = new Map<string, () => Float32Array>()
  let isChanged = false
  const layers = model.network.layers.flatMap((layer) => {
    const [first = ''] = layer.inputs
    const read = (weight: string) => model.read(`${layer.name}/${weight}`)
    const around = { shape: shapes.get(first) ?? [], read }
    const found = firstForm(forms, layer, around)
    if (found === null) return [layer]
    isChanged = true
    for (const [name, value] of Object.entries(found.weights ?? {})) {
      const [step = '', weight = ''] = name.split('/')
      values.set(`${nameOf(layer, found.steps, step)}/${weight}`, () => value)
    }
    return stepLayers(layer, found.steps)
  })
  if (!isChanged) return null
  const network: Network = { ...model.network, layers }
  const read = (name: string) => values.get(name)?.() ?? model.read(name)
  return { ...model, network, weights: inferNetwork(network).weights, read }
}

function firstForm(forms: readonly Form[], layer: Layer, around: Surroundings): Rewritten | null {
  for (const form of forms) {
    const found = form(layer, around)
    if (found !== null) return found
  }
  return null
}

function stepLayers(layer: Layer, steps: readonly Step[]): Layer[] {
  return steps.map(({ name, type, config, from }, i) => {
    const before = from ?? [i === 0 ? INPUT : steps[i - 1]!.name]
    const inputs = before.flatMap((step) => inputsNamed(layer, step) ?? [nameOf(layer, steps, step)])
    return { name: nameOf(layer, steps, name), type, config, inputs, block: layer.block }
  })
}

function inputsNamed({ inputs }: Layer, step: string): string[] | null {
  if (step === INPUT) return inputs
  return step.startsWith(`${INPUT} `) ? [inputs[Number(step.slice(INPUT.length))]!] : null
}

function nameOf(layer: Layer, steps: readonly Step[], step: string): string {
  return step === steps.at(-1)!.name ? layer.name : `${layer.name}.${step}`
}
