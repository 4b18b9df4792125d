// Imports what torch-families.py, keras-families.py or onnx-families.py wrote and compares: node compare-import.mjs FOLDER SIDE
// Prints one line of JSON: the largest differences of activations, relative to the largest value of each; after a step of SGD those of the loss,
// the weights, and of the whole change that the step made; and which other files of the network gave something else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../../test/support/native-runtime.ts'
import { referenceDifferences, relativeDifference } from '../../test/support/reference-differences.ts'
import { sgdStep } from './sgd-step.mjs'

const [folder, side] = process.argv.slice(2)
const files = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8'))
const runtime = nativeRuntime()

const started = performance.now()
const imported = await read(files.first, files.family)
const seconds = (performance.now() - started) / 1000
const reference = readAllFloat32(join(folder, 'reference.safetensors'))
const found = Object.fromEntries(referenceDifferences(runtime.tf, imported, reference))
const layers = Object.entries(found).flatMap(([name, value]) => (name.startsWith('layer:') ? [value] : []))
const inner = layers.length === 0 ? undefined : Math.max(...layers)
const others = []
for (const { file, family } of files.others) others.push(...(await differs(file, family)))
const step = files.stepped === undefined ? {} : await compareStep()
const { family, weights } = imported
const parameters = [...weights.values()].reduce((total, { values }) => total + values.length, 0)
console.log(
  JSON.stringify({
    family,
    parameters,
    seconds,
    logits: found.logits,
    features: found.features,
    inner,
    ownOutputs: files.ownOutputs,
    ...step,
    others,
  }),
)

function read(file, family) {
  const path = join(folder, file)
  const importer = IMPORTERS.find((each) => each.matches(path))
  return importer.read({ path, family, inputSize: Number(side) })
}

/** What another file of the same network says differently. */
async function differs(file, family) {
  try {
    const other = await read(file, family)
    const layers = other.network.layers.length
    if (layers !== imported.network.layers.length) return [`${file}: ${layers} layers`]
    const difference = largestDifference(renamed(other.weights), imported.weights)
    return difference === 0 ? [] : [`${file}: weights differ by ${difference.toExponential(1)}`]
  } catch (error) {
    return [`${file}: ${error.message}`]
  }
}

/** Keras 2 and Keras 3 call some layers differently: then weights are compared in their order. */
function renamed(weights) {
  const names = [...imported.weights.keys()]
  return new Map(
    [...weights].map(([name, weight], place) => [imported.weights.has(name) ? name : names[place], weight]),
  )
}

async function compareStep() {
  const after = sgdStep(runtime, imported, reference.get('input'), files)
  const expected = (await read(files.stepped, files.family)).weights
  const names = [...imported.weights.keys()]
  let [distance, length] = [0, 0]
  for (const name of names) {
    const [start, mine, theirs] = [imported.weights, after.weights, expected].map((each) => each.get(name).values)
    for (let i = 0; i < start.length; i++) {
      distance += (mine[i] - theirs[i]) ** 2
      length += (theirs[i] - start[i]) ** 2
    }
  }
  return {
    loss: Math.abs(after.loss - files.loss) / Math.abs(files.loss),
    weights: largestDifference(after.weights, expected),
    change: Math.sqrt(distance / length),
    ownWeights: files.ownWeights,
    ownChange: files.ownChange,
  }
}

/** Of any weight, relative to its largest value. */
function largestDifference(received, expected) {
  let largest = 0
  for (const [name, { values }] of expected) {
    const other = received.get(name)?.values
    if (other === undefined) return Infinity
    const difference = relativeDifference(other, values)
    // Of values that are all zero nothing is a part.
    largest = Math.max(largest, Number.isNaN(difference) ? 0 : difference)
  }
  return largest
}
