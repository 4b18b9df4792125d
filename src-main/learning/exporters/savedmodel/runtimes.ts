import type { ExportModel, RuntimeCode } from '../exporter.ts'

/** How the shipped programs run a SavedModel. */
export function savedModelRuntimes({ network, takesPixels }: ExportModel): {
  python: RuntimeCode
  javascript: RuntimeCode
} {
  const names = JSON.stringify(network.outputs)
  const input = JSON.stringify(network.layers[0]!.name)
  const python = [
    'import os',
    '',
    'import tensorflow as tf',
    '',
    `OUTPUTS = ${names}`,
    '',
    '',
    'def load(folder):',
    '    return tf.saved_model.load(os.path.join(folder, "model", "1"))',
    '',
    '',
    'def run(model, x):',
    `    outputs = model.signatures["serving_default"](**{${input}: tf.constant(x)})`,
    '    return [outputs[name].numpy() for name in OUTPUTS]',
    '',
  ]
  const javascript = [
    "import { join } from 'node:path'",
    "import * as tf from '@tensorflow/tfjs-node'",
    '',
    `const OUTPUTS = ${names}`,
    '',
    'async function load(folder) {',
    "  return tf.node.loadSavedModel(join(folder, 'model', '1'), ['serve'], 'serving_default')",
    '}',
    '',
    'async function run(model, { data, shape }) {',
    `  const x = tf.tensor(data, shape, '${takesPixels === true ? 'int32' : 'float32'}')`,
    `  const outputs = model.predict({ ${input}: x })`,
    '  return Promise.all(OUTPUTS.map((name) => outputs[name].array()))',
    '}',
    '',
  ]
  return {
    python: { packages: ['tensorflow'], computedBy: ['tensorflow'], code: python.join('\n') },
    javascript: {
      packages: ['@tensorflow/tfjs-node'],
      computedBy: ['@tensorflow/tfjs-node'],
      code: javascript.join('\n'),
    },
  }
}
