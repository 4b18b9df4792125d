import type { FlatLayer, FlatModel } from './flatten-model.ts'
import type { FindVariable } from './rule.ts'

/** What weights say that the description of their network leaves open. */
interface Open {
  /** The network comes in several widths: every convolution is as wide as its kernel. */
  readonly hasWidths: boolean
  /** It has a classifier, whose classes are as many as its kernel has outputs. */
  readonly isWhole: boolean
}

/** Where each kind has its outputs: the argument, the variable that says how many. */
const WIDTHS: Readonly<Record<string, { argument: string; names: string[]; index: number }>> = {
  Dense: { argument: 'units', names: ['kernel'], index: 0 },
  Conv2D: { argument: 'filters', names: ['kernel'], index: 0 },
}

/** The description of a network with the widths that its weights have. */
export function adaptedTo(model: FlatModel, find: FindVariable, { hasWidths, isWhole }: Open): FlatModel {
  const last = isWhole ? model.layers.findLast(({ className }) => className in WIDTHS) : undefined
  const classes = last?.config[WIDTHS[last.className]!.argument]
  let width: number | undefined
  const layers = model.layers.map((layer) => {
    if (isOldNormalization(layer)) return measured(layer, model.layers, find)
    if (layer === last || (hasWidths && layer.className in WIDTHS)) {
      const wide = asWide(layer, find)
      if (layer === last) width = wide.config[WIDTHS[layer.className]!.argument] as number
      return wide
    }
    const isOfClasses = width !== undefined && String(layer.config['target_shape']) === String(classes)
    return isOfClasses ? { ...layer, config: { ...layer.config, target_shape: [width] } } : layer
  })
  return { ...model, layers }
}

function asWide(layer: FlatLayer, find: FindVariable): FlatLayer {
  const { argument, names, index } = WIDTHS[layer.className]!
  const outputs = find(layer, names, index)?.shape.at(-1)
  return outputs === undefined ? layer : { ...layer, config: { ...layer.config, [argument]: outputs } }
}

const IMAGENET_STD = [0.229, 0.224, 0.225]

/** EfficientNet B0 to B7: weights of ImageNet hold deviations in the place of variances, so Keras divides by their roots once more. */
function isOldNormalization({ className, title }: FlatLayer): boolean {
  return className === 'Rescaling' && title === 'rescaling_1'
}

function measured(rescaling: FlatLayer, layers: readonly FlatLayer[], find: FindVariable): FlatLayer {
  const before = layers[rescaling.inputs[0] as number]!
  const variance = [...(find(before, ['variance'], 1)?.read() ?? [])]
  const isOld = variance.length === 3 && variance.every((value, at) => Math.abs(value - IMAGENET_STD[at]!) < 1e-5)
  return isOld ? rescaling : { ...rescaling, className: 'Identity', config: {} }
}
