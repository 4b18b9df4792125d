import { brotliDecompressSync } from 'node:zlib'
import { APPLICATIONS_DATA } from './applications-data.ts'
import type { JsonObject } from './json.ts'

/** `isFunction`: one on tensors. Inputs are names of layers, and numbers. */
type Described = readonly [
  className: string,
  title: string,
  inputs: readonly (string | number)[],
  config: JsonObject,
  isFunction?: 'ops',
]

/** A network of Keras Applications, at any size of its input. */
export interface Application {
  /** As in keras.applications, in lower case. */
  readonly family: string
  /** What Keras calls the model. */
  readonly name: string
  readonly layers: readonly Described[]
  /** The layer that the network without its classifier ends in. */
  readonly without: string
}

let known: readonly Application[] | null = null

/** Every network of Keras Applications. */
export function applications(): readonly Application[] {
  known ??= JSON.parse(
    brotliDecompressSync(Buffer.from(APPLICATIONS_DATA, 'base64')).toString('utf8'),
  ) as readonly Application[]
  return known
}

/** The layers that the network without its classifier has. */
export function layersWithout({ layers, without }: Application): readonly Described[] {
  const byTitle = new Map(layers.map((layer) => [layer[1], layer]))
  const kept = new Set<string>()
  const pending: (string | number)[] = [without]
  for (let title = pending.pop(); title !== undefined; title = pending.pop()) {
    if (typeof title === 'number' || kept.has(title)) continue
    kept.add(title)
    pending.push(...(byTitle.get(title)?.[2] ?? []))
  }
  return layers.filter(([, title]) => kept.has(title))
}

/** The network as a file of Keras describes it. Without its classifier it ends in what the classifier would be given, pooled. */
export function describeApplication(application: Application, isWhole: boolean): JsonObject {
  const layers = isWhole ? application.layers : pooled(layersWithout(application), application.without)
  return {
    class_name: 'Functional',
    config: {
      name: application.name,
      layers: layers.map(layerOf),
      input_layers: [[layers[0]![1], 0, 0]],
      output_layers: [[layers.at(-1)![1], 0, 0]],
    },
  }
}

/** ConvNeXt has a norm behind the pooling; of all others the last layer gives maps. */
function pooled(layers: readonly Described[], end: string): readonly Described[] {
  const before = layers.find(([, title]) => title === layers.at(-1)![2][0])
  if (before?.[0].startsWith('Global') === true) return layers
  return [...layers, ['GlobalAveragePooling2D', 'avg_pool', [end], {}]]
}

function layerOf([className, title, inputs, config, isFunction]: Described): JsonObject {
  const node = inputs.map((input) =>
    typeof input === 'number' ? ['_CONSTANT_VALUE', -1, input, {}] : [input, 0, 0, {}],
  )
  return {
    class_name: className,
    name: title,
    ...(isFunction === undefined ? {} : { module: 'keras.ops' }),
    config: { ...config, name: title, ...(className === 'InputLayer' ? { batch_shape: [null, null, null, 3] } : {}) },
    inbound_nodes: inputs.length === 0 ? [] : [node],
  }
}
