import type { Network } from '../../../contract/network.ts'
import type { ImagePreparation } from '../importer.ts'

/** How Keras Applications prepare the pixels of a family. */
type Mode = 'raw' | 'minus-one-to-one' | 'imagenet' | 'caffe'

interface Family {
  readonly family: string
  /** The name that Keras gives the model, without the width and the size behind it. */
  readonly pattern: RegExp
  readonly mode: Mode
  readonly size: number
}

/** keras.applications 3: `preprocess_input` and the default size of each. Those with `raw` rescale inside the network. */
const FAMILIES: readonly Family[] = [
  { family: 'vgg$1', pattern: /^vgg(16|19)$/, mode: 'caffe', size: 224 },
  { family: 'resnet$1', pattern: /^resnet(50|101|152)$/, mode: 'caffe', size: 224 },
  { family: 'resnet$1v2', pattern: /^resnet(50|101|152)v2$/, mode: 'minus-one-to-one', size: 224 },
  { family: 'mobilenet', pattern: /^mobilenet_\d/, mode: 'minus-one-to-one', size: 224 },
  { family: 'mobilenetv2', pattern: /^mobilenetv2_\d/, mode: 'minus-one-to-one', size: 224 },
  { family: 'mobilenetv3$1', pattern: /^mobilenetv3(small|large)$/, mode: 'raw', size: 224 },
  { family: 'densenet$1', pattern: /^densenet(121|169|201)$/, mode: 'imagenet', size: 224 },
  { family: 'inceptionv3', pattern: /^inception_v3$/, mode: 'minus-one-to-one', size: 299 },
  { family: 'inceptionresnetv2', pattern: /^inception_resnet_v2$/, mode: 'minus-one-to-one', size: 299 },
  { family: 'xception', pattern: /^xception$/, mode: 'minus-one-to-one', size: 299 },
  { family: 'nasnet', pattern: /^nasnet/, mode: 'minus-one-to-one', size: 224 },
  { family: 'efficientnet$1', pattern: /^efficientnet(b[0-7])$/, mode: 'raw', size: 224 },
  { family: 'efficientnetv2$1', pattern: /^efficientnetv2-(b[0-3]|s|m|l)$/, mode: 'raw', size: 224 },
  { family: 'convnext$1', pattern: /^convnext_(tiny|small|base|large|xlarge)$/, mode: 'raw', size: 224 },
]

const EFFICIENTNET_SIZES: Readonly<Record<string, number>> = {
  efficientnetb1: 240, efficientnetb2: 260, efficientnetb3: 300, efficientnetb4: 380, efficientnetb5: 456, efficientnetb6: 528, efficientnetb7: 600,
  efficientnetv2b1: 240, efficientnetv2b2: 260, efficientnetv2b3: 300, efficientnetv2s: 384, efficientnetv2m: 480, efficientnetv2l: 480,
} // prettier-ignore

export interface KnownFamily {
  readonly family: string
  readonly mode: Mode
  /** Side in pixels where the file leaves it open. */
  readonly size: number
}

/** The family of Keras Applications that a model's own name says; null: none of them. */
export function kerasFamily(name: string): KnownFamily | null {
  const plain = name.toLowerCase()
  for (const { family, pattern, mode, size } of FAMILIES) {
    const match = pattern.exec(plain)
    if (!match) continue
    const known = family.replace('$1', match[1] ?? '')
    return { family: known, mode, size: EFFICIENTNET_SIZES[known] ?? size }
  }
  return null
}

/** x = (value / 255 - mean) / std, in that order of the channels. */
const MEANS: Readonly<Record<Mode, { mean: readonly number[]; std: readonly number[] }>> = {
  raw: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  'minus-one-to-one': { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], std: [1 / 255, 1 / 255, 1 / 255] },
}

/** How pixels become the input: as is told beside the model, as the network's own first layer says, else as its family does; null: none says it.
 *  Of `caffe` in the order red, green, blue: the model says beside it that it takes them the other way round. */
export function preparationOf(
  network: Network,
  known: KnownFamily | null,
  told: Pick<ImagePreparation, 'mean' | 'std' | 'resize'> | null,
): ImagePreparation | null {
  const [height, width, channels] = network.layers[0]!.config['shape'] as [number, number, number]
  if (channels !== 1 && channels !== 3) return null
  if (told !== null && told.mean.length === channels) return { kind: 'image', height, width, channels, ...told }
  const [input, first] = network.layers
  const isInside = (first?.type === 'Rescaling' || first?.type === 'Normalization') && first.inputs[0] === input?.name
  const mode = isInside ? 'raw' : known?.mode
  if (mode === undefined || (mode === 'caffe' && channels !== 3) || (mode === 'raw' && !isInside)) return null
  const { mean, std } = MEANS[mode]
  return {
    kind: 'image',
    height,
    width,
    channels,
    mean: mean.slice(0, channels),
    std: std.slice(0, channels),
    resize: 'stretch',
  }
}

/** Whether the network wants the opposite order of the colours. */
export function takesBgr(preparation: ImagePreparation | null): boolean {
  return preparation?.mean[0] === MEANS.caffe.mean[0]
}
