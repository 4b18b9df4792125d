import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { softmax } from '../../src-main/base/softmax.ts'
import { float32Tensor, readAllFloat32, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { torchReference } from '../support/torch-reference.ts'
import { CLI } from '../support/programs.ts'

/** A network that Keras made, and one of PyTorch, by the command line alone: in, computed with, trained, predicted with, out. */

const FIXTURES = fileURLToPath(new URL('../fixtures/imports/', import.meta.url))
const LARGEST_DIFFERENCE = 1e-4

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-import-'))
  await makePhotoFolder(join(folder, 'photos'), { perClass: 6, side: 40, size: 40, seed: 1 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: string[]) {
  const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
  const all = [CLI, ...args, '--workspace', join(folder, 'workspace'), '--json']
  return spawnSync(process.execPath, all, { env, encoding: 'utf8' })
}

function json<T>(...args: string[]): T {
  const { status, stdout, stderr } = graft(...args)
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

interface Imported {
  readonly id: string
  readonly name: string
  readonly inputShape: number[]
  readonly classes: string[] | null
  readonly preprocessing: object | null
}

/** Largest difference of what a model gives for the reference's input, relative to its largest value. */
function difference(
  id: string,
  fixture: string,
  wanted: string,
  layer: string[] = [],
  reference: WeightValues = readAllFloat32(join(FIXTURES, `${fixture}.reference.safetensors`)),
): number {
  const { shape, values } = reference.get('input')!
  const [input, out] = [join(folder, 'input.safetensors'), join(folder, 'out.safetensors')]
  writeSafetensors(input, [float32Tensor('input', shape, values)])
  const { tensors } = json<{ tensors: string[] }>('model', 'run', id, input, '--out', out, ...layer.flatMap((name) => ['--layer', name])) // prettier-ignore
  const found = readAllFloat32(out).get(tensors[0]!)!
  const expected = reference.get(wanted)!
  expect(found.shape).toEqual(expected.shape)
  const largest = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return found.values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.values[i]!)), 0) / largest
}

/** With what a file that ends in a softmax gives. */
function probabilitiesOf(fixture: string): WeightValues {
  const reference = readAllFloat32(join(FIXTURES, `${fixture}.reference.safetensors`))
  const { shape, values } = reference.get('logits')!
  const [rows = 0, width = 0] = shape
  const shares = Array.from({ length: rows }, (_, row) => [
    ...softmax([...values.slice(row * width, (row + 1) * width)]),
  ])
  return new Map([...reference, ['probabilities', { shape, values: Float32Array.from(shares.flat()) }]])
}

describe('a file of Keras', () => {
  let model: Imported

  it('is taken; what it does not say is null', () => {
    const labels = join(folder, 'labels.txt')
    writeFileSync(labels, 'one\ntwo\nthree\nfour\nfive\n')
    model = json('model', 'import', join(FIXTURES, 'keras/residual.keras'), '--name', 'Residual', '--labels', labels)
    expect(model).toMatchObject({ id: 'imported:residual', name: 'Residual', inputShape: [16, 16, 3] })
    expect([model.classes?.length, model.preprocessing]).toEqual([5, null])
  })

  it('gives what Keras gives, at its end and inside', () => {
    expect(difference(model.id, '', 'probabilities', [], probabilitiesOf('keras/residual'))).toBeLessThan(
      LARGEST_DIFFERENCE,
    )
    expect(difference(model.id, 'keras/residual', 'layer:mixed', ['mixed'])).toBeLessThan(LARGEST_DIFFERENCE)
  })

  it('neither predicts nor is trained until its preparation is chosen', () => {
    const predict = ['predict', model.id, join(folder, 'photos'), '--csv', join(folder, 'untrained.csv')]
    const refused = graft(...predict)
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('graft model prepare')])
    json('dataset', 'import', join(folder, 'photos'), '--name', 'photos')
    const spec = join(folder, 'spec.json')
    const strategy = { type: 'feature-extraction' }
    writeFileSync(
      spec,
      JSON.stringify({ dataset: 'photos', base: model.id, strategy, epochs: 2, freeze: { all: true } }),
    )
    expect(graft('run', spec).stderr).toContain('preparation')
    json('model', 'prepare', model.id, '--preprocessing', '-1..1')
    expect(json<{ files: number }>(...predict).files).toBeGreaterThan(40)
    const run = json<{ runId: string; status: string }>('run', spec)
    expect(run.status).toBe('finished')
    const exported = json<{ proof: { maxDifference: number } }>('export', run.runId, '--format', 'keras', '--out', join(folder, 'out')) // prettier-ignore
    expect(exported.proof.maxDifference).toBeLessThan(LARGEST_DIFFERENCE)
  })

  it('turned round for blue, green, red still gives what Keras gives', () => {
    json('model', 'prepare', model.id, '--preprocessing', 'caffe')
    expect(difference(model.id, '', 'probabilities', [], probabilitiesOf('keras/residual'))).toBeLessThan(
      LARGEST_DIFFERENCE,
    )
  })

  it('is removed', () => {
    json('model', 'remove', model.id)
    expect(json<{ id: string }[]>('model', 'list').some(({ id }) => id === model.id)).toBe(false)
  })
})

it('a state dict of PyTorch gives what PyTorch gives', () => {
  const { id, classes } = json<Imported>('model', 'import', join(FIXTURES, 'pytorch/vit.pth'))
  expect(classes).toBeNull()
  expect(difference(id, 'pytorch/vit', 'logits', [], torchReference('pytorch/vit', 16))).toBeLessThan(
    LARGEST_DIFFERENCE,
  )
})

it.each(['gates-opset12', 'vit'])('a file of ONNX (%s) gives what ONNX Runtime gives, trains in all its layers and is exported', (name) => {
  const fixture = `onnx/${name}`
  const { id } = json<Imported>('model', 'import', join(FIXTURES, `${fixture}.onnx`), '--name', `${name} of ONNX`, '--preprocessing', 'imagenet')
  expect(difference(id, fixture, 'logits')).toBeLessThan(LARGEST_DIFFERENCE)
  json('dataset', 'import', join(folder, 'photos'), '--name', `photos for ${name}`)
  const spec = join(folder, 'onnx.json')
  const strategy = { type: 'fine-tuning' }
  writeFileSync(spec, JSON.stringify({ dataset: `photos for ${name}`, base: id, strategy, epochs: 2, freeze: {} }))
  const run = json<{ runId: string; status: string }>('run', spec)
  expect(run.status).toBe('finished')
  const exported = json<{ proof: { maxDifference: number } }>('export', run.runId, '--format', 'keras', '--out', join(folder, name))
  expect(exported.proof.maxDifference).toBeLessThan(LARGEST_DIFFERENCE)
}) // prettier-ignore

it('a text that is called .keras is no model', () => {
  const path = join(folder, 'words.keras')
  writeFileSync(path, 'only words')
  const { status, stderr } = graft('model', 'import', path)
  expect([status, stderr]).toEqual([1, expect.stringContaining('E_MODEL_FILE')])
})
