import { defineParams, type ParamDefs, type Params } from './params.ts'

type Choice = Extract<ParamDefs[string], { type: 'choice' }>

const INPUT: Choice = {
  type: 'choice',
  label: 'Input',
  default: 'float32',
  help: 'Numbers prepared as preprocessing.json says, or the pixels themselves, 0 to 255: then the network scales them.',
  choices: [
    { value: 'float32', label: 'prepared numbers' },
    { value: 'uint8', label: 'pixels' },
  ],
  imagesOnly: true,
}

const ONNX = defineParams({
  input: INPUT,
  weights: {
    type: 'choice',
    label: 'Weights',
    default: 'float32',
    help: 'float16 halves the file, int8 makes it a quarter; the cost is measured and stands on the card.',
    choices: [
      { value: 'float32', label: 'float32' },
      { value: 'float16', label: 'float16' },
      { value: 'int8', label: 'int8 weights and activations, calibrated on training items' },
    ],
  },
  layout: {
    type: 'choice',
    label: 'Axes of the input',
    default: 'nhwc',
    help: 'Channels last as in TensorFlow, or channels first as in PyTorch.',
    choices: [
      { value: 'nhwc', label: 'channels last' },
      { value: 'nchw', label: 'channels first' },
    ],
    imagesOnly: true,
  },
  batchNorm: {
    type: 'choice',
    label: 'Batch normalization',
    default: 'folded',
    help: 'Folded into the convolution before it, which is faster, or kept, so that the file can be trained on.',
    choices: [
      { value: 'folded', label: 'folded' },
      { value: 'kept', label: 'kept' },
    ],
  },
})

const LITERT = defineParams({
  input: INPUT,
  weights: {
    type: 'choice',
    label: 'Weights',
    default: 'float32',
    help: 'Smaller kinds cost some accuracy: it is measured and stands on the card.',
    choices: [
      { value: 'float32', label: 'float32' },
      { value: 'float16', label: 'float16' },
      { value: 'dynamic', label: 'int8 weights (dynamic range)' },
      { value: 'int8', label: 'int8 weights and activations, calibrated on training items' },
    ],
  },
})

const PIXELS_ONLY = defineParams({ input: INPUT })

/** The fields of each format, as a form. */
export const EXPORT_OPTIONS = Object.freeze({
  tfjs: PIXELS_ONLY,
  keras: PIXELS_ONLY,
  onnx: ONNX,
  savedmodel: PIXELS_ONLY,
  litert: LITERT,
  pytorch: PIXELS_ONLY,
  rules: defineParams({}),
}) satisfies Readonly<Record<string, Params<ParamDefs>>>
