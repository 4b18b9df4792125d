// Imports one file and compares it with the reference.safetensors beside it: node compare-import.mjs FILE SIDE
// Prints the family that was seen, its parameters, and the largest difference of each tensor, relative to the largest value of the reference.
import { dirname, join } from 'node:path'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { loadTensorflow } from '../../src-main/trainer/tf.ts'

const [file, side] = process.argv.slice(2)
const started = performance.now()
const importer = IMPORTERS.find((each) => each.matches(file))
const model = await importer.read({ path: file, family: null, inputSize: Number(side) })
const seconds = (performance.now() - started) / 1000
const reference = readAllFloat32(join(dirname(file), 'reference.safetensors'))
const { network, weights, family } = model
const names = [...reference.keys()].filter((name) => name !== 'input')
const layers = names.map((name) => layerOf(name))
const tf = loadTensorflow()
const net = createModel(tf, network, weights, 0)
const { shape, values } = reference.get('input')
const outputs = tf.tidy(() =>
  net.forward(tf.tensor(values, [...shape]), { outputs: layers }).map((tensor) => tensor.dataSync()),
)
const differences = names.map(
  (name, index) => `${name} ${relative(outputs[index], reference.get(name).values).toExponential(1)}`,
)
const parameters = inferNetwork(network).facts.reduce((total, layer) => total + layer.trainableParameters, 0)
console.log(`${family} ${parameters} ${seconds.toFixed(1)}s ${differences.join(', ')}`)

function layerOf(name) {
  if (name === 'logits') return network.outputs[0]
  return name === 'features' ? network.features : name.slice('layer:'.length)
}

function relative(received, expected) {
  if (received.length !== expected.length) return Infinity
  let largest = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(received[i] - expected[i]))
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return largest / scale
}
