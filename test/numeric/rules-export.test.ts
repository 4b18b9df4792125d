import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as plain from '@tensorflow/tfjs'
import { afterAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network, Preprocessing } from '../../src-main/contract/network.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { rulesExporter } from '../../src-main/learning/exporters/rules.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { type DecisionTree, leafOf, nodeProbabilities } from '../../src-main/learning/trees/decision-tree.ts'
import { growTree } from '../../src-main/learning/strategies/born-again-tree/grow-tree.ts'
import { treeNetwork, treeWeights } from '../../src-main/learning/trees/tree-network.ts'
import { tableInputs, type TablePreprocessing } from '../../src-main/trainer/table-inputs.ts'
import { toyModel } from '../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const preprocessing: TablePreprocessing = {
  kind: 'table',
  columns: [
    { name: 'age', type: 'numeric', mean: 41.37, std: 12.9 },
    { name: 'colour, outside', type: 'categorical', categories: ['red', 'green', 'blue "sky"'] },
    { name: 'flat', type: 'numeric', mean: 2, std: 0 },
  ],
}
const WIDTH = 5
const classes = ['stays', 'leaves']
const rows = Array.from({ length: 200 }, (_, i) => ({
  age: i % 17 === 0 ? null : Math.round(20 + ((i * 37) % 500) / 10),
  'colour, outside': ['red', 'green', 'blue "sky"', null][i % 4]!,
  flat: 2,
}))
const x = new Float32Array(rows.length * WIDTH)
const write = tableInputs(preprocessing, (name) => (row) => rows[row]![name as 'age'])
rows.forEach((_, i) => write(i, x, i * WIDTH))

const prefix: Network = {
  name: 'table',
  blocks: [{ name: 'input', label: 'Input' }],
  layers: [{ name: 'input', type: 'InputLayer', config: { shape: [WIDTH] }, inputs: [], block: 'input' }],
  outputs: ['input'],
  features: 'input',
}

async function makeModel(): Promise<{ tree: DecisionTree; model: ExportModel }> {
  const random = seededRandom(4)
  const y = Int32Array.from({ length: rows.length }, () => Number(random() < 0.4))
  const tree = await growTree({ width: WIDTH, x, y }, { classes: 2, maxLeaves: 30, maxDepth: 9, minLeaf: 2 })
  const heads = [{ name: 'label', column: 'label', type: 'classification' as const, classes }]
  const network = exportNetwork(treeNetwork(tree, prefix, { name: 'head_label', block: 'head' }), heads)
  const weights = treeWeights(tree, 'head_label')
  const read = (name: string) => weights.get(name)!.values
  return { tree, model: { network, weights: inferNetwork(network).weights, read, preprocessing, heads } }
}

const expectedOf = (tree: DecisionTree, i: number) => nodeProbabilities(tree.nodes[leafOf(tree, x, i * WIDTH)]!)

test('the written program gives the tree’s probabilities, on inputs and on rows as they are', async () => {
  const { tree, model } = await makeModel()
  await rulesExporter.write(model, folder)
  const tf = plain as unknown as Tf
  const [probabilities] = (await rulesExporter.load!(tf, folder))(tf.tensor2d(x, [rows.length, WIDTH]))
  const received = await probabilities!.data()
  rows.forEach((_, i) => {
    expectedOf(tree, i).forEach((p, c) => expect(received[i * 2 + c]).toBeCloseTo(p, 6))
  })
  const printed = rows.slice(0, 12).map((row) => {
    const text = execFileSync(process.execPath, [join(folder, 'predict.mjs'), JSON.stringify(row)], {
      encoding: 'utf8',
    })
    return JSON.parse(text) as { class: string; probabilities: Record<string, number> }
  })
  printed.forEach((answer, i) => expect(answer.probabilities['leaves']).toBeCloseTo(expectedOf(tree, i)[1]!, 6))
})

test.skipIf(spawnSync('python3', ['--version']).status !== 0)('so does the Python program, on a CSV', async () => {
  const { tree, model } = await makeModel()
  await rulesExporter.write(model, folder)
  const quoted = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`
  const lines = rows.map((row) => [row.age, row['colour, outside'], row.flat].map(quoted).join(','))
  writeFileSync(join(folder, 'rows.csv'), ['age,"colour, outside",flat', ...lines].join('\n'))
  const output = execFileSync('python3', [join(folder, 'predict.py'), join(folder, 'rows.csv')], { encoding: 'utf8' })
  const answers = output.trim().split('\n')
  expect(answers).toHaveLength(rows.length)
  answers.forEach((line, i) => {
    const [label, probability] = line.split(',') as [string, string]
    const expected = expectedOf(tree, i)
    expect(Number(probability)).toBeCloseTo(Math.max(...expected), 6)
    if (expected[0] !== expected[1]) expect(label).toBe(classes[expected[1]! > expected[0]! ? 1 : 0])
  })
})

test('the rules are readable', async () => {
  const { model } = await makeModel()
  await rulesExporter.write(model, folder)
  const rules = readFileSync(join(folder, 'rules.txt'), 'utf8')
  expect(rules).toMatch(/^if (age <= [\d.]+|colour, outside is not \w+.*):\n/)
  expect(rules).toMatch(/(stays|leaves) \(\d+ %\)/)
})

describe('what is no tree on columns', () => {
  test('is refused, and says which formats there are', () => {
    const network = toyModel({ architecture: 'mlp', size: 8, options: { hidden: '8,4' } })
    expect(rulesExporter.refuses!(network)).toMatchObject({ code: 'E_EXPORT_FORMAT', fix: /TensorFlow.js or Keras/ })
  })

  test('a tree on features is refused too, but the other formats hold it', async () => {
    const { model } = await makeModel()
    const images: Preprocessing = {
      kind: 'image',
      height: 8,
      width: 8,
      channels: 1,
      mean: [0],
      std: [1],
      resize: 'stretch',
    }
    expect(rulesExporter.refuses!({ ...model, preprocessing: images })?.message).toContain('which a network computes')
    for (const { refuses, type } of EXPORTERS) if (type !== 'rules') expect(refuses(model)).toBeNull()
  })
})
