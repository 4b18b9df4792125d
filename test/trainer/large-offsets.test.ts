import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { relayVerification } from '../../src-main/base/relay-verification.ts'
import type { Prediction } from '../../src-main/contract/runs.ts'
import { type ChildMessage, Manifest, type ModelFiles, type TrainJob } from '../../src-main/contract/trainer.ts'
import { readModelFiles } from '../../src-main/core/planning/read-model-files.ts'
import { readTable } from '../../src-main/data/table-pack.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { loadModel } from '../../src-main/trainer/model.ts'
import { openTableRows } from '../../src-main/trainer/open-table-rows.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { offsetTableJob } from '../support/offset-table.ts'
import { messagesOf, runToy, temporaryFolder, type ToyRun } from '../support/toy-run.ts'
import { TRAINER } from '../support/programs.ts'

const root = temporaryFolder()
let job: TrainJob
let run: ToyRun
let files: ModelFiles
let manifest: Manifest
let predictions: Prediction[]

beforeAll(async () => {
  job = await offsetTableJob(root)
  run = await runToy(job)
  const path = join(job.folder, 'model', 'weights.safetensors')
  files = { ...readModelFiles(join(job.folder, 'model')), weights: { path, sha256: await sha256OfFile(path) } }
  manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  predictions = messagesOf(run, 'predictions').flatMap(({ split, rows }) => (split === 'test' ? rows : []))
})

const testItems = () => manifest.items.filter(({ split }) => split === 'test')

async function testInputs(): Promise<Float32Array> {
  if (job.preprocessing.kind !== 'table') throw new Error('no table')
  const { samples } = await openTableRows(manifest.pack, testItems(), job.preprocessing)
  return (await samples.load([...testItems().keys()], null)) as Float32Array
}

describe('an input of 1.7e12 and a target of 1e9 that both vary by little', () => {
  test('are learned; the inputs are standardised before they become 32-bit numbers', async () => {
    const column = [...(await testInputs())].filter((_, i) => i % 3 === 0)
    const { values } = (await readTable(manifest.pack!)).columns[0]!
    const exact = testItems().map(({ row }) => (values[row!]! - 1.7e12 - 1750) / 1010)
    column.forEach((value, i) => expect(value).toBeCloseTo(exact[i]!, 6))
    expect(messagesOf(run, 'epoch').at(-1)!.metrics['validation.r2']).toBeGreaterThan(0.95)
  })

  test('the saved model gives the run’s own answers, digits and all', async () => {
    const model = await loadModel(files, nativeRuntime(), predictions.length)
    const [prices] = model.predict(await testInputs(), predictions.length)
    predictions.forEach(({ predicted, expected }, i) => {
      expect(Math.abs(prices![i]! - (predicted as number))).toBeLessThan(1e-5)
      expect(Math.abs(prices![i]! - (expected as number))).toBeLessThan(1)
    })
    model.dispose()
  })

  test('a model from before, whose last layer has the unit in it, answers as it did', async () => {
    const { scale, ...head } = files.heads[0]!
    const model = await loadModel({ ...files, heads: [head] }, nativeRuntime(), predictions.length)
    const [outputs] = model.predict(await testInputs(), predictions.length)
    predictions.forEach(({ predicted }, i) => {
      expect(outputs![i]).toBe(Math.fround(outputs![i]!))
      expect(outputs![i]! * scale!.std + scale!.mean).toBeCloseTo(predicted as number, 5)
    })
    model.dispose()
  })
})

describe.each(['tfjs', 'keras'])('exported as %s', (format) => {
  test('it is proven in the target’s own unit, and its files tell how to get there', async () => {
    const folder = join(root, format)
    const exported = await exportModel(format, folder)
    expect(exported.proof.maxDifference).toBeLessThan(1e-5)
    const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as { heads: object[] }
    expect(labels.heads).toMatchObject([{ name: 'price', ...files.heads[0]!.scale, meaning: /output \* std \+ mean/ }])
    expect(readFileSync(join(folder, 'model-card.md'), 'utf8')).toContain('standard deviations of the target')
  })
})

test('the program beside the TensorFlow.js export gives the app’s answer', async () => {
  const folder = join(root, 'program')
  await exportModel('tfjs', folder)
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction')
  const { columns } = await readTable(manifest.pack!)
  const at = testItems()[0]!.row!
  const row = [columns[0]!.values[at], columns[1]!.categories[columns[1]!.values[at]!]]
  writeFileSync(join(folder, 'rows.csv'), `when,colour\n${row.join(',')}\n`)
  const printed = execFileSync(process.execPath, ['predict.mjs', 'rows.csv', '--json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const [answer] = JSON.parse(printed) as { value: number }[]
  expect(Math.abs(answer!.value - (predictions[0]!.predicted as number))).toBeLessThan(1e-5)
})

async function exportModel(format: string, folder: string): Promise<Extract<ChildMessage, { type: 'exported' }>> {
  const messages: ChildMessage[] = []
  const card = { title: 'Prices', lines: [], licences: [] }
  const samples = { pack: manifest.pack, items: testItems() }
  await new Promise<void>((resolve) => {
    relayVerification(nodeLauncher({ entry: TRAINER })).launch(
      { kind: 'export', format, folder, model: files, samples, card },
      { onMessage: (message) => void messages.push(message), onExit: () => resolve() },
    )
  })
  const found = messages.find((message) => message.type === 'exported')
  if (found === undefined) throw new Error(JSON.stringify(messages.at(-1)))
  return found
}
