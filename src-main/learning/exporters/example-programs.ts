import { inferNetwork } from '../network/infer.ts'
import type { ExportModel } from './exporter.ts'

/** A program that loads a LayersModel and predicts: a row of a table, given as JSON, or zeros in place of an image. */
export function tfjsExample(model: ExportModel): string {
  const isTable = model.preprocessing.kind === 'table'
  const lines = [
    `// npm install @tensorflow/tfjs-node, then: node example.mjs${isTable ? ` '{"column": 1.5, "other column": "red"}'` : ''}`,
    '// In a browser: tf.loadLayersModel with the address of model.json.',
    "import * as tf from '@tensorflow/tfjs-node'",
    "import { readFile } from 'node:fs/promises'",
    '',
    "const read = async (name) => JSON.parse(await readFile(name, 'utf8'))",
    "const labels = await read('labels.json')",
    "const model = await tf.loadLayersModel('file://./model.json')",
    ...(isTable ? TABLE_JS : zerosJs(shapeOf(model))),
    'const outputs = [model.predict(x)].flat()',
    'labels.heads.forEach((head, index) => {',
    '  const output = [...outputs[index].dataSync()]',
    '  // The network answers in standard deviations. JavaScript computes in 64 bits, which keeps the digits of large numbers.',
    "  if (head.type === 'regression') console.log(head.name, output[0] * head.std + head.mean)",
    '  else console.log(head.name, head.classes, output)',
    '})',
    '',
  ]
  return lines.join('\n')
}

const TABLE_JS = [
  "const { columns } = await read('preprocessing.json')",
  '// By column name; a column that the row lacks counts as missing.',
  "const row = JSON.parse(process.argv[2] ?? '{}')",
  'const inputsOf = ({ name, type, mean, std, categories }) => {',
  "  if (type === 'categorical') return categories.map((category) => Number(String(row[name]) === category))",
  '  return Number.isFinite(row[name]) ? [(row[name] - mean) / (std || 1)] : [0]',
  '}',
  'const x = tf.tensor2d([columns.flatMap(inputsOf)])',
]

function zerosJs(shape: string): string[] {
  return [
    `// Fill it as preprocessing.json says; here zeros, shape [1, ${shape}].`,
    `const x = tf.zeros([1, ${shape}])`,
  ]
}

/** The same in Python, for a `.keras` file. */
export function kerasExample(model: ExportModel, file: string): string {
  const isTable = model.preprocessing.kind === 'table'
  const lines = [
    `# pip install keras tensorflow, then: python example.py${isTable ? ` '{"column": 1.5, "other column": "red"}'` : ''}`,
    'import json',
    ...(isTable ? ['import math', 'import sys'] : []),
    '',
    'import keras',
    'import numpy as np',
    '',
    'labels = json.load(open("labels.json", encoding="utf-8"))',
    `model = keras.saving.load_model("${file}")`,
    ...(isTable ? TABLE_PY : zerosPy(shapeOf(model))),
    'outputs = model.predict(x, verbose=0)',
    'outputs = outputs if isinstance(outputs, list) else [outputs]',
    'for head, output in zip(labels["heads"], outputs):',
    '    if head["type"] == "regression":',
    "        # The network answers in standard deviations. Python's own float has 64 bits, which keeps the digits of large numbers.",
    '        print(head["name"], float(output[0][0]) * head["std"] + head["mean"])',
    '    else:',
    '        print(head["name"], head["classes"], output[0])',
    '',
  ]
  return lines.join('\n')
}

const TABLE_PY = [
  'columns = json.load(open("preprocessing.json", encoding="utf-8"))["columns"]',
  '# By column name; a column that the row lacks counts as missing.',
  'row = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}',
  '',
  '',
  'def inputs_of(column):',
  '    value = row.get(column["name"])',
  '    if column["type"] == "categorical":',
  '        return [float(value is not None and str(value) == category) for category in column["categories"]]',
  '    is_number = isinstance(value, (int, float)) and math.isfinite(value)',
  '    return [(value - column["mean"]) / (column["std"] or 1) if is_number else 0.0]',
  '',
  '',
  'x = np.array([[number for column in columns for number in inputs_of(column)]], "float32")',
]

function zerosPy(shape: string): string[] {
  return [
    `# Fill it as preprocessing.json says; here zeros, shape (1, ${shape}).`,
    `x = np.zeros((1, ${shape}), "float32")`,
  ]
}

function shapeOf({ network }: ExportModel): string {
  return (inferNetwork(network).shapes.get(network.layers[0]?.name ?? '') ?? []).join(', ')
}
