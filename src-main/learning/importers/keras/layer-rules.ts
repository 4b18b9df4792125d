import { quoted, unsupported } from '../refusals.ts'
import { multiHeadAttention } from './attention-rule.ts'
import { activationOf, mustBe, picked } from './arguments.ts'
import { conv2d, depthwiseConv2d, separableConv2d } from './convolution-rules.ts'
import { normalization } from './normalization.ts'
import { functionCall, oldFunction } from './operations.ts'
import { activated, lastAxis, same } from './plain-rules.ts'
import type { Rule } from './rule.ts'
import { dropout, stochasticDepth, trainingOnly, TRAINING_ONLY } from './training-rules.ts'

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
  Dot: same('Dot', ['axes'], (layer) => {
    mustBe(layer, 'normalize', false)
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
  MultiHeadAttention: multiHeadAttention,
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
  // HDF5 files of Keras 3 call the function of two arguments as the layer; no layer takes numbers.
  const isFunction = className.startsWith('ops.') || context.numbers.some((number) => number !== null)
  const known = Object.hasOwn(LAYER_RULES, className) ? LAYER_RULES[className] : undefined
  const rule = isFunction && known !== oldFunction ? functionCall : known
  if (rule) return rule(layer, context)
  const reason =
    className === 'Lambda' ? 'its computation is Python code, which Graft never runs' : 'Graft has no such layer'
  throw unsupported(
    `Layer ${quoted(layer.title)} is of the class ${quoted(className)}: ${reason}.`,
    'Save a model without this layer, or one that ends before it.',
    { layer: layer.title },
  )
}
