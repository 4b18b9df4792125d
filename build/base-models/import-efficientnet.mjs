// Makes resources/base-models/NAME from a folder with the original files in PyTorch's layout:
//   node build/base-models/import-efficientnet.mjs efficientnet-lite0|efficientnet-lite2 FOLDER CLASSES
// FOLDER holds weights.safetensors and reference.safetensors (images_uint8_nhwc, pooled_features, logits), CLASSES is the JSON file with the
// names of the 1,000 classes. Run with Node 24.
import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ALL_ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { safetensors } from '../../src-main/learning/importers/safetensors.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import {
  float32Tensor,
  openSafetensors,
  sha256OfFile,
  writeSafetensors,
} from '../../src-main/learning/weights/safetensors.ts'

const MODELS = {
  'efficientnet-lite0': {
    title: 'EfficientNet-Lite0 (ImageNet)',
    description:
      'Sixteen inverted-residual blocks trained on 1.28 million photographs of 1000 classes. The default for photographs.',
    source: 'EfficientNet-Lite0, TensorFlow EfficientNet authors; weights trained on ImageNet (ILSVRC 2012).',
  },
  'efficientnet-lite2': {
    title: 'EfficientNet-Lite2 (ImageNet)',
    description:
      'Twenty-one inverted-residual blocks trained on 1.28 million photographs of 1000 classes. Slower and more exact than Lite0.',
    source: 'EfficientNet-Lite2, TensorFlow EfficientNet authors; weights trained on ImageNet (ILSVRC 2012).',
  },
}

const [id, folder, classesFile] = process.argv.slice(2)
const words = MODELS[id]
if (!words || !folder || !classesFile) throw new Error(`Say which of ${Object.keys(MODELS)}, the folder of the original files, and the file of classes.`) // prettier-ignore
const row = ALL_ARCHITECTURES.find(({ type }) => type === id)
const size = row.defaultInputSize
const architecture = { architecture: id, inputSize: size, channels: 3, options: { classes: 1000 } }
const network = row.build(row.params.schema.parse(architecture.options), { kind: 'image', size, channels: 3 })
const { weights, facts } = inferNetwork(network)
const target = fileURLToPath(new URL(`../../resources/base-models/${id}/`, import.meta.url))
mkdirSync(target, { recursive: true })

// The importer names layers as PyTorch does, the architecture in its own way; both have the same weights in the same order.
const imported = await safetensors.read({ path: join(folder, 'weights.safetensors'), family: null, inputSize: size })
const theirs = inferNetwork(imported.network).weights
if (theirs.length !== weights.length) throw new Error(`Expected ${weights.length} weights. Received: ${theirs.length}.`)
const tensors = weights.map(({ fullName, name, shape }, index) => {
  const other = theirs[index]
  if (other.name !== name || String(other.shape) !== String(shape))
    throw new Error(`${fullName} is not ${other.fullName}.`)
  return float32Tensor(fullName, shape, imported.weights.get(other.fullName).values)
})
const weightsFile = join(target, 'weights.safetensors')
const sha256 = writeSafetensors(weightsFile, tensors)

const reference = openSafetensors(join(folder, 'reference.safetensors'))
const kept = ['images_uint8_nhwc', 'pooled_features', 'logits'].map((name) => reference.read(name))
const referenceSha256 = writeSafetensors(join(target, 'reference.safetensors'), kept)
copyFileSync(classesFile, join(target, 'classes.json'))

const manifest = {
  id,
  title: words.title,
  description: words.description,
  architecture,
  inputSizes: row.inputSizes,
  preprocessing: imported.preprocessing,
  weights: { file: 'weights.safetensors', sha256, sizeBytes: statSync(weightsFile).size },
  reference: { file: 'reference.safetensors', sha256: referenceSha256 },
  classes: { file: 'classes.json', sha256: await sha256OfFile(join(target, 'classes.json')) },
  parameters: facts.reduce((total, layer) => total + layer.trainableParameters, 0),
  licence: 'Apache-2.0',
  source: words.source,
  trainedOn: 'ImageNet (ILSVRC 2012): 1.28 million photographs of 1000 classes',
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
