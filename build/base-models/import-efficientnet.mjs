// Makes resources/base-models/efficientnet-lite0 from a folder with the original files in PyTorch's layout:
//   node build/base-models/import-efficientnet.mjs FOLDER
// FOLDER holds weights.safetensors, reference.safetensors (images_uint8_nhwc, pooled_features, logits) and
// imagenet-classes.json. Run with Node 24.
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { efficientnetLite0 } from '../../src-main/learning/architectures/efficientnet-lite0.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import {
  float32Tensor,
  openSafetensors,
  sha256OfFile,
  writeSafetensors,
} from '../../src-main/learning/weights/safetensors.ts'

const ARCHITECTURE = { architecture: 'efficientnet-lite0', inputSize: 224, channels: 3, options: { classes: 1000 } }
const BN = { gamma: 'weight', beta: 'bias', moving_mean: 'running_mean', moving_variance: 'running_var' }
const FIXED = {
  stem_conv: '_conv_stem',
  stem_conv_bn: '_bn0',
  head_conv: '_conv_head',
  head_conv_bn: '_bn1',
  predictions: '_fc',
}
const IN_BLOCK = {
  expand: '_expand_conv',
  expand_bn: '_bn0',
  dw: '_depthwise_conv',
  dw_bn: '_bn1',
  project: '_project_conv',
  project_bn: '_bn2',
}

/** The original's name of one of our weights. */
function sourceName(layer, weight) {
  const block = /^block(\d+)_(.+)$/.exec(layer)
  const module = block ? `_blocks.${block[1]}.${IN_BLOCK[block[2]]}` : FIXED[layer]
  return `${module}.${layer.endsWith('_bn') ? BN[weight] : weight === 'bias' ? 'bias' : 'weight'}`
}

/** Axes of the original in the order of ours: OIHW -> HWIO, [C, 1, k, k] -> [k, k, C, 1], [out, in] -> [in, out]. */
function axes(weight, rank) {
  if (rank === 4) return weight === 'depthwise_kernel' ? [2, 3, 0, 1] : [2, 3, 1, 0]
  return rank === 2 ? [1, 0] : [0]
}

function transpose({ shape, values }, order) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const out = new Float32Array(values.length)
  const size = order.map((axis) => shape[axis])
  const step = order.map((axis) => strides[axis])
  const index = size.map(() => 0)
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = values[from]
    for (let axis = size.length - 1; axis >= 0; axis--) {
      from += step[axis]
      if (++index[axis] < size[axis]) break
      from -= step[axis] * size[axis]
      index[axis] = 0
    }
  }
  return { shape: size, values: out }
}

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Say which folder holds the original files.')
const target = fileURLToPath(new URL('../../resources/base-models/efficientnet-lite0/', import.meta.url))
mkdirSync(target, { recursive: true })

const options = efficientnetLite0.params.schema.parse(ARCHITECTURE.options)
const network = efficientnetLite0.build(options, { kind: 'image', size: 224, channels: 3 })
const { weights, facts } = inferNetwork(network)
const original = openSafetensors(join(folder, 'weights.safetensors'))
const used = new Set()
const tensors = weights.map((weight) => {
  const name = sourceName(weight.layer, weight.name)
  used.add(name)
  const { shape, values } = transpose(original.readFloat32(name), axes(weight.name, weight.shape.length))
  if (String(shape) !== String(weight.shape)) throw new Error(`${name}: expected ${weight.shape}. Received: ${shape}.`)
  return float32Tensor(weight.fullName, shape, values)
})
const left = original.entries.filter((entry) => !used.has(entry.name) && !entry.name.endsWith('num_batches_tracked'))
if (left.length > 0) throw new Error(`Not used: ${left.map((entry) => entry.name).join(', ')}`)
const weightsFile = join(target, 'weights.safetensors')
const sha256 = writeSafetensors(weightsFile, tensors)

const reference = openSafetensors(join(folder, 'reference.safetensors'))
const kept = ['images_uint8_nhwc', 'pooled_features', 'logits'].map((name) => reference.read(name))
const referenceSha256 = writeSafetensors(join(target, 'reference.safetensors'), kept)
copyFileSync(join(folder, 'imagenet-classes.json'), join(target, 'classes.json'))

const manifest = {
  id: 'efficientnet-lite0',
  title: 'EfficientNet-Lite0 (ImageNet)',
  description:
    'Sixteen inverted-residual blocks trained on 1.28 million photographs of 1000 classes. The default for photographs.',
  architecture: ARCHITECTURE,
  inputSizes: [96, 128, 160, 192, 224],
  preprocessing: {
    kind: 'image',
    height: 224,
    width: 224,
    channels: 3,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    resize: 'cover',
  },
  weights: { file: 'weights.safetensors', sha256, sizeBytes: statSync(weightsFile).size },
  reference: { file: 'reference.safetensors', sha256: referenceSha256 },
  classes: { file: 'classes.json', sha256: await sha256OfFile(join(target, 'classes.json')) },
  parameters: facts.reduce((total, layer) => total + layer.trainableParameters, 0),
  licence: 'Apache-2.0',
  source: 'EfficientNet-Lite0, TensorFlow EfficientNet authors; weights trained on ImageNet (ILSVRC 2012).',
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
