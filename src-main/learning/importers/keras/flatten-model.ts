import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { Argument } from './calls.ts'
import type { JsonObject } from './json.ts'
import type { SourceLayer, SourceModel } from './source-model.ts'

/** A layer of a model without models inside. */
export interface FlatLayer {
  readonly title: string
  readonly className: string
  readonly config: JsonObject
  /** Titles of the models around it, the outermost first, without the whole. */
  readonly within: readonly string[]
  /** Where Keras 3 keeps its variables: `layers/functional/layers/conv2d_1`. */
  readonly kerasPath: string
  /** Indices of the layers before it, and numbers. */
  readonly inputs: readonly (number | { readonly value: number })[]
}

export interface FlatModel {
  readonly name: string
  /** In topological order; the first is the input. */
  readonly layers: readonly FlatLayer[]
  /** Indices of the layers that the model ends in. */
  readonly outputs: readonly number[]
}

/** Every layer of the model and of the models inside it, in an order in which inputs come first. Throws E_MODEL_UNSUPPORTED for several inputs
 *  and for layers that are used more than once. */
export function flattenModel(model: SourceModel): FlatModel {
  if (model.inputs.length !== 1) {
    throw unsupported(
      `The model has ${model.inputs.length} inputs (${model.inputs.slice(0, 5).map(quoted).join(', ')}). Graft's networks have one.`,
      'Save a model of the part that sees the images.',
    )
  }
  const layers: FlatLayer[] = []
  const outputs = expand(model, [], '', null, layers)
  return { name: model.name, layers, outputs }
}

/** Appends the layers of one model; `given` is what its input stands for, null: its input is the network's. Returns where its outputs come from. */
function expand(
  model: SourceModel,
  within: readonly string[],
  path: string,
  given: number | null,
  out: FlatLayer[],
): number[] {
  const paths = containerPaths(model.layers, path)
  /** The outputs of each layer that is there already. */
  const done = new Map<string, readonly number[]>()
  const isInput = (layer: SourceLayer): boolean => model.inputs.includes(layer.title)
  for (const layer of model.layers.filter(isInput)) {
    if (given === null)
      out.push({
        title: layer.title,
        className: layer.className,
        config: layer.config,
        within,
        kerasPath: '',
        inputs: [],
      })
    done.set(layer.title, [given ?? out.length - 1])
  }
  let pending = model.layers.filter((layer) => !isInput(layer))
  while (pending.length > 0) {
    const waiting = pending.filter((layer) => {
      const [call, ...others] = layer.calls
      if (others.length > 0) throw sharedLayer(layer)
      if (!call) throw brokenFile(`Layer ${quoted(layer.title)} (${quoted(layer.className)}) is connected to nothing.`)
      if (!call.every((argument) => 'value' in argument || done.has(argument.layer))) return true
      done.set(layer.title, place(layer, call.map((argument) => inputOf(argument, done)), [...within, layer.title], paths.get(layer) ?? '', within, out)) // prettier-ignore
      return false
    })
    if (waiting.length === pending.length) throw unconnected(waiting)
    pending = waiting
  }
  return model.outputs
    .map((title) => inputOf({ layer: title, tensor: 0 }, done))
    .filter((index) => typeof index === 'number')
}

type Input = number | { readonly value: number }

function place(
  layer: SourceLayer,
  inputs: Input[],
  inside: readonly string[],
  kerasPath: string,
  within: readonly string[],
  out: FlatLayer[],
): number[] {
  const { model, title, className, config } = layer
  if (model === null) {
    out.push({ title, className, config, within, kerasPath, inputs })
    return [out.length - 1]
  }
  const [given] = inputs
  if (inputs.length !== 1 || typeof given !== 'number' || model.inputs.length !== 1) {
    throw unsupported(
      `The model ${quoted(title)} inside the model has ${model.inputs.length} inputs. Graft takes models of one.`,
      'Save a model of the part that sees the images.',
    )
  }
  return expand(model, inside, kerasPath, given, out)
}

function inputOf(argument: Argument, done: ReadonlyMap<string, readonly number[]>): Input {
  if ('value' in argument) return argument
  const found = done.get(argument.layer)?.[argument.tensor]
  if (found !== undefined) return found
  throw brokenFile(
    `Expected output ${argument.tensor} of layer ${quoted(argument.layer)}. Received: a layer without it.`,
  )
}

/** Keras 3 numbers the layers of each class within a model, whatever their names are. */
function containerPaths(layers: readonly SourceLayer[], path: string): Map<SourceLayer, string> {
  const used = new Map<string, number>()
  return new Map(
    layers.map((layer) => {
      const kind = snakeCase(layer.className.replace('ops.', ''))
      const number = used.get(kind) ?? 0
      used.set(kind, number + 1)
      return [layer, `${path === '' ? '' : `${path}/`}layers/${kind}${number === 0 ? '' : `_${number}`}`]
    }),
  )
}

/** Keras' rule: ReLU -> re_lu, Conv2D -> conv2d. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

function sharedLayer({ title, className, calls }: SourceLayer): Error {
  return unsupported(
    `Layer ${quoted(title)} (${quoted(className)}) is used at ${calls.length} places of the model. In Graft each layer is applied once.`,
    'Save a model in which each place has a layer of its own.',
    { layer: title },
  )
}

function unconnected(layers: readonly SourceLayer[]): Error {
  const [layer] = layers
  if (layer?.className === 'InputLayer')
    return brokenFile(`The input layer ${quoted(layer.title)} is not among the model's inputs.`)
  return brokenFile(`The inputs of layer ${quoted(layer?.title ?? '')} are not in the model, or it depends on itself.`)
}
