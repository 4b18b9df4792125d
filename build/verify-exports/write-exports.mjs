// Writes one network in every format and with every choice of its options: node write-exports.mjs FOLDER NETWORK
// Beside them `inputs.safetensors`: `prepared`, `pixels` and what Graft answers, `y0` ... one a head. Each export has its programs' parts and
// `facts.json`. Prints one line of JSON: how long Graft itself takes for an input.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { createPlainInference } from '../../src-main/learning/engine/model/plain-inference.ts'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import { pixelInput } from '../../src-main/learning/exporters/pixel-input.ts'
import { LABELS_FILE, labelsJson } from '../../src-main/learning/exporters/sidecars.ts'
import { float32Tensor, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../../test/support/native-runtime.ts'
import { exportedModel } from './exported-model.mjs'
import { isDefault, kindOfWeights, optionsOf } from './forms.mjs'
import { drawInputs } from './inputs.mjs'
import { medianMilliseconds } from './median-milliseconds.mjs'

const SAMPLES = 4
const CALIBRATION_SAMPLES = 32

const [root, name] = process.argv.slice(2)
const model = await exportedModel(name)
const runtime = nativeRuntime()
const { tf } = runtime
const inputs = drawInputs(model, SAMPLES, 7)
const examples = drawInputs(model, CALIBRATION_SAMPLES, 8)

writeInputs()
for (const exporter of EXPORTERS) {
  if (exporter.type === 'rules' || exporter.refuses(model) !== null) continue
  for (const options of optionsOf(exporter.type, model.preprocessing)) await writeExport(exporter, options)
}
console.log(JSON.stringify({ milliseconds: await ownMilliseconds() }))

function weightValues() {
  return new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }]))
}

function writeInputs() {
  const network = createModel(tf, model.network, weightValues(), 0)
  const shape = [SAMPLES, ...inputs.shape]
  const answers = network.forward(tf.tensor(inputs.prepared, shape))
  writeSafetensors(join(root, 'inputs.safetensors'), [
    float32Tensor('prepared', shape, inputs.prepared),
    ...(inputs.pixels === null ? [] : [float32Tensor('pixels', shape, inputs.pixels)]),
    ...answers.map((answer, head) => float32Tensor(`y${head}`, answer.shape, answer.dataSync())),
  ])
  network.dispose()
}

async function writeExport(exporter, options) {
  const written = options.input === 'uint8' ? pixelInput(model) : model
  const folder = join(root, [exporter.type, ...Object.values(options)].join(' '))
  mkdirSync(folder)
  const rows = rowsOf(written.takesPixels ? examples.pixels : examples.prepared)
  const calibration = async () => ({ tf, rows, signal: runtime.signal })
  await exporter.write(written, folder, options, { calibration })
  const { python, javascript } = exporter.runtimes?.(written, options) ?? {}
  const facts = {
    format: exporter.type,
    weights: kindOfWeights(options),
    options,
    isDefault: isDefault(exporter.type, { ...options, weights: undefined }),
    bytes: bytesBelow(folder),
    takesPixels: written.takesPixels === true,
    heads: model.heads.length,
    python: python?.packages ?? null,
    javascript: javascript?.packages ?? null,
  }
  writeFileSync(join(folder, LABELS_FILE), labelsJson(model))
  // The programs around it have these, too.
  if (python) writeFileSync(join(folder, 'runtime.py'), `import os\n${python.code}`)
  if (javascript) writeFileSync(join(folder, 'runtime.mjs'), `${javascript.code}\nexport { load, run }\n`)
  writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts))
}

function rowsOf(values) {
  const size = values.length / CALIBRATION_SAMPLES
  return Array.from({ length: CALIBRATION_SAMPLES }, (_, i) => values.subarray(i * size, (i + 1) * size))
}

function bytesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.reduce((total, { parentPath, name: file }) => total + statSync(join(parentPath, file)).size, 0)
}

/** As `graft predict` does it. */
async function ownMilliseconds() {
  const samples = { shape: inputs.shape, layer: null, storage: 'float32', normalisation: null }
  const parts = { network: model.network, weights: weightValues(), samples, precision: 'float32' }
  const inference = createPlainInference(runtime, parts)
  const one = inputs.prepared.slice(0, inputs.prepared.length / SAMPLES)
  const milliseconds = await medianMilliseconds(() => inference.run(one))
  inference.dispose()
  return milliseconds
}
