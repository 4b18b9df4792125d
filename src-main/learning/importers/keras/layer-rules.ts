import type { LayerType } from '../../../contract/network.ts'
import { quoted, unsupported } from '../refusals.ts'
import { activationOf, mustBe, picked } from './arguments.ts'
import { normalization } from './normalization.ts'
import { functionCall, oldFunction } from './operations.ts'
import type { Piece, Rule } from './rule.ts'

const WINDOW = ['strides', 'padding', 'use_bias', 'dilation_rate'] as const
const USUAL = { groups: 1, dilation_rate: [1, 1], depth_multiplier: 1, keepdims: false, interpolation: 'nearest' }

/** A layer that Graft has by the same name with the same arguments. */
function same(type: LayerType, names: readonly string[] = [], check?: Rule): Rule {
  return (layer, context) => {
    check?.(layer, context)
    return [{ suffix: '', type, config: picked(layer, names, USUAL) }]
  }
}

/** The same with an activation. */
function activated(type: LayerType, names: readonly string[]): Rule {
  return (layer, context) => {
    const activation = activationOf(layer.config['activation'], layer, context.isLegacy)
    const config = { ...picked(layer, names, USUAL), ...(activation === 'linear' ? {} : { activation }) }
    return [{ suffix: '', type, config }]
  }
}

const conv2d: Rule = (layer, context) => {
  const [piece] = activated('Conv2D', ['filters', 'kernel_size', 'groups', ...WINDOW])(layer, context) as [Piece]
  const { filters, groups, ...config } = piece.config
  const channels = context.shapes[0]?.at(-1)
  if (groups === undefined || groups !== channels || filters !== channels) return [piece]
  // As many groups as channels is a depthwise convolution: [kh, kw, 1, C] are the numbers of [kh, kw, C, 1].
  const size =
    typeof config['kernel_size'] === 'number'
      ? [config['kernel_size'], config['kernel_size']]
      : (config['kernel_size'] as number[])
  const kernel = { names: ['kernel'], index: 0, shape: [...size, 1, channels as number] }
  return [
    {
      suffix: '',
      type: 'DepthwiseConv2D',
      config,
      origins: { depthwise_kernel: kernel, bias: { names: ['bias'], index: 1 } },
    },
  ]
}

/** As its two parts: a depthwise convolution, and a 1 x 1 one with the bias and the activation. */
const separableConv2d: Rule = (layer, context) => {
  const activation = activationOf(layer.config['activation'], layer, context.isLegacy)
  const depthwise: Piece = {
    suffix: '_depthwise',
    type: 'DepthwiseConv2D',
    config: {
      ...picked(layer, ['kernel_size', 'strides', 'padding', 'dilation_rate', 'depth_multiplier'], USUAL),
      use_bias: false,
    },
    origins: { depthwise_kernel: { names: ['depthwise_kernel'], index: 0 } },
  }
  const pointwise: Piece = {
    suffix: '',
    type: 'Conv2D',
    config: {
      ...picked(layer, ['filters', 'use_bias']),
      kernel_size: [1, 1],
      ...(activation === 'linear' ? {} : { activation }),
    },
    origins: { kernel: { names: ['pointwise_kernel'], index: 1 }, bias: { names: ['bias'], index: 2 } },
  }
  return [depthwise, pointwise]
}

const depthwiseConv2d: Rule = (layer, context) => {
  const [piece] = activated('DepthwiseConv2D', ['kernel_size', 'depth_multiplier', ...WINDOW])(layer, context) as [
    Piece,
  ]
  // Keras 3 calls the kernel of every convolution `kernel`.
  const origins = {
    depthwise_kernel: { names: ['depthwise_kernel', 'kernel'], index: 0 },
    bias: { names: ['bias'], index: 1 },
  }
  return [{ ...piece, origins }]
}

/** Keras' own arithmetic takes an axis as a number or as a list of one; -1 and the last are one. */
const lastAxis: Rule = (layer, { shapes }) => {
  const rank = shapes[0]?.length ?? 0
  mustBe(layer, 'axis', -1, [-1], rank, [rank])
  return []
}

/** A noise shape that leaves out all axes but the batch drops whole samples. */
const dropout: Rule = (layer, context) => {
  const noise = layer.config['noise_shape']
  if (!Array.isArray(noise)) return [{ suffix: '', type: 'Dropout', config: picked(layer, ['rate']) }]
  mustBe(layer, 'noise_shape', [null, ...(context.shapes[0] ?? []).map(() => 1)])
  return [{ suffix: '', type: 'StochasticDepth', config: { drop_path_rate: layer.config['rate'] } }]
}

const leakyRelu: Rule = (layer) => {
  const slope = layer.config['negative_slope'] ?? layer.config['alpha'] ?? 0.3
  return [{ suffix: '', type: 'LeakyReLU', config: { negative_slope: slope } }]
}

const softmax: Rule = (layer, context) => {
  lastAxis(layer, context)
  return [{ suffix: '', type: 'Activation', config: { activation: 'softmax' } }]
}

/** Of Inception-ResNet: the first input and `scale` times the second. */
const customScale: Rule = (layer) => [
  { suffix: '_scale', type: 'Rescaling', config: { scale: layer.config['scale'], offset: 0 }, inputs: [1] },
  { suffix: '', type: 'Add', config: {}, inputs: [0, 'before'] },
]

const stochasticDepth: Rule = (layer) => {
  const { drop_path_rate: rate, survival_probability: kept, rate: other } = layer.config
  const dropped = rate ?? (typeof kept === 'number' ? 1 - kept : (other ?? 0))
  return [{ suffix: '', type: 'StochasticDepth', config: { drop_path_rate: dropped } }]
}

/** Layers that change images or numbers in training only. */
const trainingOnly: Rule = (layer, { note }) => {
  note(
    `Layer ${quoted(layer.title)} (${quoted(layer.className)}) works in training only and was left out; Graft has its own augmentation.`,
  )
  return []
}

const TRAINING_ONLY = [
  'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast', 'RandomBrightness', 'RandomCrop', 'RandomHeight', 'RandomWidth',
  'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'SpatialDropout2D', 'ActivityRegularization',
] // prettier-ignore

const POOL = ['pool_size', 'strides', 'padding'] as const

/** What each class of Keras becomes. A further one is a line. */
export const LAYER_RULES: Readonly<Record<string, Rule>> = Object.freeze({
  Conv2D: conv2d,
  Convolution2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  SeparableConvolution2D: separableConv2d,
  Dense: activated('Dense', ['units', 'use_bias']),
  BatchNormalization: same('BatchNormalization', ['momentum', 'epsilon', 'center', 'scale'], lastAxis),
  SyncBatchNormalization: same('BatchNormalization', ['momentum', 'epsilon', 'center', 'scale'], lastAxis),
  LayerNormalization: same('LayerNormalization', ['epsilon', 'center', 'scale'], (layer, context) => {
    mustBe(layer, 'rms_scaling', false)
    return lastAxis(layer, context)
  }),
  Normalization: normalization,
  Rescaling: same('Rescaling', ['scale', 'offset']),
  Activation: (layer, { isLegacy }) => [
    {
      suffix: '',
      type: 'Activation',
      config: { activation: activationOf(layer.config['activation'], layer, isLegacy) },
    },
  ],
  ReLU: (layer) => {
    mustBe(layer, 'threshold', 0)
    return [{ suffix: '', type: 'ReLU', config: picked(layer, ['max_value', 'negative_slope'], { negative_slope: 0 }) }]
  },
  LeakyReLU: leakyRelu,
  PReLU: same('PReLU', ['shared_axes']),
  ELU: (layer) => {
    mustBe(layer, 'alpha', 1)
    return [{ suffix: '', type: 'Activation', config: { activation: 'elu' } }]
  },
  Softmax: softmax,
  Add: same('Add'),
  Multiply: same('Multiply'),
  Concatenate: same('Concatenate', [], (layer, { shapes }) => {
    mustBe(layer, 'axis', -1, shapes[0]?.length ?? 3)
    return []
  }),
  CustomScaleLayer: customScale,
  MaxPooling2D: same('MaxPooling2D', POOL),
  AveragePooling2D: same('AveragePooling2D', POOL),
  GlobalAveragePooling2D: same('GlobalAveragePooling2D', ['keepdims']),
  GlobalMaxPooling2D: same('GlobalMaxPooling2D', ['keepdims']),
  ZeroPadding2D: same('ZeroPadding2D', ['padding']),
  Cropping2D: same('Cropping2D', ['cropping']),
  UpSampling2D: same('UpSampling2D', ['size', 'interpolation']),
  Reshape: same('Reshape', ['target_shape']),
  Flatten: same('Flatten'),
  Dropout: dropout,
  FixedDropout: dropout,
  LayerScale: same('LayerScale', ['init_values']),
  StochasticDepth: stochasticDepth,
  DropPath: stochasticDepth,
  Identity: () => [],
  TFOpLambda: oldFunction,
  TensorFlowOpLayer: oldFunction,
  ...Object.fromEntries(TRAINING_ONLY.map((name) => [name, trainingOnly])),
})

/** Throws E_MODEL_UNSUPPORTED for classes that Graft has no layer for. */
export const ruleFor: Rule = (layer, context) => {
  mustBe(layer, 'data_format', 'channels_last')
  const className = layer.className.replace(/^.*>/, '')
  const rule = className.startsWith('ops.')
    ? functionCall
    : Object.hasOwn(LAYER_RULES, className)
      ? LAYER_RULES[className]
      : undefined
  if (rule) return rule(layer, context)
  const reason =
    className === 'Lambda' ? 'its computation is Python code, which Graft never runs' : 'Graft has no such layer'
  throw unsupported(
    `Layer ${quoted(layer.title)} is of the class ${quoted(className)}: ${reason}.`,
    'Save a model without this layer, or one that ends before it.',
    { layer: layer.title },
  )
}
