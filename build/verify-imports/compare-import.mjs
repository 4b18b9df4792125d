// Imports one file and compares it with the reference.safetensors beside it: node compare-import.mjs FILE SIDE
// Prints the family that was seen, its parameters, and the largest difference of each tensor, relative to the largest value of the reference.
import { dirname, join } from 'node:path'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { loadTensorflow } from '../../src-main/trainer/tf.ts'
import { referenceDifferences } from '../../test/support/reference-differences.ts'

const [file, side] = process.argv.slice(2)
const started = performance.now()
const importer = IMPORTERS.find((each) => each.matches(file))
const imported = await importer.read({ path: file, family: null, inputSize: Number(side) })
const seconds = (performance.now() - started) / 1000
const reference = readAllFloat32(join(dirname(file), 'reference.safetensors'))
const found = referenceDifferences(loadTensorflow(), imported, reference).map(
  ([name, value]) => `${name} ${value.toExponential(1)}`,
)
const parameters = inferNetwork(imported.network).facts.reduce((total, layer) => total + layer.trainableParameters, 0)
console.log(`${imported.family} ${parameters} ${seconds.toFixed(1)}s ${found.join(', ')}`)
