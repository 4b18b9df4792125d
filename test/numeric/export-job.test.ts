import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relayVerification } from '../../src-main/base/relay-verification.ts'
import type { ChildMessage, ExportJob, ProgramAnswer } from '../../src-main/contract/trainer.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { normalisationOf } from '../../src-main/learning/engine/data/image-data.ts'
import { calibrationPath, writeCalibration } from '../../src-main/learning/engine/features/calibration-file.ts'
import { calibrate } from '../../src-main/learning/engine/frozen/calibrate.ts'
import { frozenParts } from '../../src-main/learning/engine/frozen/frozen-support.ts'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { networkUpTo } from '../../src-main/learning/network/network-up-to.ts'
import { calibrationRuntime } from '../support/calibration-runtime.ts'
import { toyModel } from '../support/toy-model.ts'
import { TRAINER } from '../support/programs.ts'

const root = mkdtempSync(join(tmpdir(), 'graft-export-job-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const toy = toyModel({ architecture: 'lenet', size: 16, options: { filters: 4, hidden: 8 } })
const weightsPath = join(root, 'weights.safetensors')
const photo = join(root, 'photo.png')
let weightsHash = ''

beforeAll(async () => {
  const tensors = toy.weights.map(({ fullName, shape }) => float32Tensor(fullName, shape, toy.read(fullName)))
  weightsHash = writeSafetensors(weightsPath, tensors)
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => (index * 37) % 256)
  await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } })
    .png()
    .toFile(photo)
})

function job(format: string, folder: string, more: { sha256?: string; path?: string | null } = {}): ExportJob {
  const { network, heads, preprocessing } = toy
  const softmax = new Set(network.outputs.filter((name) => name.endsWith('_softmax')))
  const layers = network.layers.filter((layer) => !softmax.has(layer.name))
  const outputs = network.outputs.map((name) => name.replace(/_softmax$/, ''))
  const item = { id: 1, name: 'photo.png', row: null, contentHash: 'x', split: 'test' as const, targets: [0, 1] }
  return {
    kind: 'export',
    format,
    folder,
    model: {
      network: { ...network, layers, outputs },
      preprocessing,
      heads,
      weights: { path: weightsPath, sha256: more.sha256 ?? weightsHash },
    },
    samples: { pack: null, items: [{ ...item, path: more.path === undefined ? photo : more.path }] },
    card: {
      title: 'Ants | bees',
      lines: [{ label: 'Dataset', value: 'garden\n# injected' }],
      licences: ['Base model: Apache-2.0'],
    },
  }
}

function run(exportJob: ExportJob, entry = TRAINER): Promise<ChildMessage[]> {
  const messages: ChildMessage[] = []
  return new Promise((resolve) => {
    relayVerification(nodeLauncher({ entry })).launch(exportJob, {
      onMessage: (message) => void messages.push(message),
      onExit: () => resolve(messages),
    })
  })
}

/** Paths of all files, with `/`. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()

const find = <T extends ChildMessage['type']>(messages: ChildMessage[], type: T) =>
  messages.find((message): message is Extract<ChildMessage, { type: T }> => message.type === type)

// Rules, of trees alone, have their own test; what has no runtime in Graft is proven elsewhere.
const UNIVERSAL = EXPORTERS.filter(({ load, type }) => load !== undefined && type !== 'rules')

describe.each(UNIVERSAL.map((exporter) => exporter.type))('export as %s', (format) => {
  it('writes files that are proven in another process, with everything beside them', async () => {
    const folder = join(root, `${format}-good`)
    const messages = await run(job(format, folder))
    expect(find(messages, 'failed')).toBeUndefined()
    expect(messages.some((message) => message.type === 'verify')).toBe(false)
    const exported = find(messages, 'exported')!
    expect(exported.proof).toMatchObject({ samples: 1, maxDifference: expect.any(Number) as number, sameTop1: 1 })
    // What runs in Node is at hand; Python may be.
    const ran = { language: 'javascript', files: 1, sameClass: 1, accuracy: null }
    if (format === 'tfjs') expect(exported.proof.program).toMatchObject(ran)
    else expect(exported.proof.program).toBeDefined()
    expect(exported.proof.maxDifference).toBeLessThan(1e-5)
    const names = exported.files.map((file) => file.name)
    expect(names).toEqual(filesBelow(folder))
    expect(names).toEqual(expect.arrayContaining(['labels.json', 'model-card.md', 'preprocessing.json']))
    for (const file of exported.files) expect(await sha256OfFile(join(folder, file.name))).toBe(file.sha256)
    const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as { heads: { classes: string[] }[] }
    expect(labels.heads[0]!.classes).toEqual(['ant', 'bee', 'wasp'])
    const card = readFileSync(join(folder, 'model-card.md'), 'utf8')
    expect(card).toContain('# Ants \\| bees')
    expect(card).toContain('| Dataset | garden # injected |')
    expect(card).toContain('1 real samples of the dataset')
    expect(card.includes('run by native TensorFlow')).toBe(format === 'savedmodel')
  })
})

it('LiteRT in int8 is calibrated on the items given, and its own program says what that costs', async () => {
  const { samples, ...plain } = job('litert', join(root, 'int8'))
  const options = { weights: 'int8', input: 'uint8' }
  const exported = find(await run({ ...plain, options, samples: { ...samples, calibration: samples.items } }), 'exported')! // prettier-ignore
  expect(exported.files.map(({ name }) => name)).toContain('model.tflite')
  const { program } = exported.proof
  expect(program).toMatchObject({ language: 'javascript', files: 1 })
  const { maxDifference } = program as { maxDifference: number }
  // Other than float32, and near it.
  expect(maxDifference).toBeGreaterThan(1e-5)
  expect(maxDifference).toBeLessThan(0.05)
})

it('files in int8 of int8 features have the numbers of the run, or say that they are gone', async () => {
  const cacheFolder = join(root, 'cache')
  const { read, weights } = toy
  const { network, preprocessing } = job('onnx', root).model
  const { features: layer } = network
  const image = preprocessing as Extract<typeof preprocessing, { kind: 'image' }>
  const { channels } = image
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const pixels = Uint8Array.from({ length: 16 * 16 * channels }, (_, index) => (index * 37) % 256)
  const normalisation = normalisationOf(image)
  const samples = { shape: [16, 16, channels], storage: 'uint8' as const, normalisation, load: () => pixels }
  const watch = { isInterrupted: () => false, onBatch: () => undefined, onKernel: () => undefined }
  const found = await calibrate(calibrationRuntime(), frozenParts(networkUpTo(network, layer), values), { samples, rows: [0] }, watch) // prettier-ignore
  const calibration = { ...found!.calibration, key: 'kept' }
  const features = { precision: 'int8' as const, layer, isTrainedLater: false, agreement: null, features: null, calibration } // prettier-ignore
  for (const numbers of ['ranges', 'whole'] as const) {
    if (numbers === 'whole') writeCalibration(calibrationPath(cacheFolder, 'kept'), 'toy', found!)
    const plain = job('onnx', join(root, `int8-${numbers}`))
    const given = { ...plain.samples, calibration: plain.samples.items }
    const messages = await run({ ...plain, options: { weights: 'int8' }, samples: given, features, cacheFolder })
    expect(find(messages, 'exported')!.proof.trainedOn).toMatchObject({ precision: 'int8', numbers })
    const card = readFileSync(join(plain.folder, 'model-card.md'), 'utf8')
    expect(card).toContain('These files compute in int8, too')
    expect(card.includes('no longer in the cache')).toBe(numbers === 'ranges')
    const told = JSON.parse(readFileSync(join(plain.folder, 'preprocessing.json'), 'utf8')) as { trainedOn: object }
    expect(told.trainedOn).toMatchObject({ numbers })
  }
})

describe('the card as a page', () => {
  const counts = [[1, 0, 0], [1, 0, 0], [0, 0, 2]] // prettier-ignore
  const mistake = { name: 'photo.png', expected: 'bee', predicted: 'ant', confidence: 0.6 }
  const gone = join(root, 'gone.png')
  const heads = [
    {
      name: 'kind',
      type: 'classification' as const,
      split: 'test' as const,
      classes: ['ant', 'bee', '<script>'],
      counts,
      mistakes: [photo, gone].map((path) => ({ ...mistake, picture: { path, row: null } })),
    },
  ]

  it('has the pictures that can be read, and what was split how', async () => {
    const folder = join(root, 'with-card')
    const manifest = join(root, 'manifest.json')
    const item = { name: 'a', path: null, row: 0, contentHash: 'abc', targets: [1] }
    const items = [{ ...item, id: 1, split: 'train' }, { ...item, id: 2, split: 'test', targets: [null] }] // prettier-ignore
    const dataset = { id: 'd', name: 'garden', version: 2, hash: 'f'.repeat(64), kind: 'image' }
    writeFileSync(manifest, JSON.stringify({ dataset, heads: [], pack: null, items }))
    const plain = job('tfjs', folder)
    const nothing = { intendedUse: null, metrics: [], curves: [], pack: null, blocks: [], spec: '{}' }
    const details = { ...nothing, createdAt: '2026-01-02T00:00:00.000Z', heads, dataset, manifest }
    const messages = await run({ ...plain, card: { ...plain.card, details } })
    expect(find(messages, 'exported')?.files.map(({ name }) => name)).toContain('model-card.html')
    const page = readFileSync(join(folder, 'model-card.html'), 'utf8')
    const [, picture = ''] = /<img src="data:image\/jpeg;base64,([^"]+)"/.exec(page) ?? []
    const facts = await sharp(Buffer.from(picture, 'base64')).metadata()
    expect([facts.width, facts.height, page.split('<img ').length]).toEqual([128, 128, 2])
    expect(page).toContain('The picture is not at hand.')
    // printf 'abc [1]\n' | sha256sum
    expect(page).toContain(createHash('sha256').update('abc [1]\n').digest('hex'))
    expect(page).not.toMatch(/<script|https?:/)
  })
})

describe('a failed export', () => {
  it('changed weights: says so and leaves nothing', async () => {
    const folder = join(root, 'changed')
    const failed = find(await run(job('tfjs', folder, { sha256: '0'.repeat(64) })), 'failed')
    expect(failed?.error.code).toBe('E_MODEL_WEIGHTS')
    expect(readdirSync(root).filter((name) => name.startsWith('changed'))).toEqual([])
  })

  it('a folder with content is not touched', async () => {
    const folder = mkdtempSync(join(root, 'full-'))
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    const failed = find(await run(job('tfjs', folder)), 'failed')
    expect(failed?.error.code).toBe('E_INPUT')
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })

  it.each([
    [[[[0.2, 0.3, 0.5]], [[4]]], null, 'E_EXPORT_MISMATCH'],
    [[[[1]]], null, 'E_EXPORT_MISMATCH'],
    [null, 'the other process died', 'E_EXPORT_MISMATCH'],
  ])('other outputs %j, error %j: thrown away as %s', async (outputs, error, code) => {
    const folder = join(root, 'mismatch')
    const messages: ChildMessage[] = []
    await new Promise<void>((resolve) => {
      // Without the relay: this test is the parent that answers.
      const child = nodeLauncher({ entry: TRAINER }).launch(job('tfjs', folder), {
        onMessage(message) {
          messages.push(message)
          if (message.type === 'verify') child.send({ type: 'verification', outputs, error })
        },
        onExit: () => resolve(),
      })
    })
    expect(find(messages, 'failed')?.error.code).toBe(code)
    expect(find(messages, 'exported')).toBeUndefined()
    expect(readdirSync(root).filter((name) => name.startsWith('mismatch'))).toEqual([])
  })

  it('an unknown format names the known ones', async () => {
    const failed = find(await run(job('mat', join(root, 'mat'))), 'failed')
    expect(failed?.error).toMatchObject({ code: 'E_EXPORT_FORMAT', message: expect.stringContaining('tfjs, keras') })
    expect(existsSync(join(root, 'mat'))).toBe(false)
  })
})

describe('what only its program can prove', () => {
  /** Formats of which Graft has no runtime; this test is the parent, and says what the program answered. */
  async function answered(
    name: string,
    answer: ProgramAnswer,
    [format, options]: [string, ExportJob['options']] = ['pytorch', {}],
  ) {
    const messages: ChildMessage[] = []
    const asked: string[] = []
    await new Promise<void>((resolve) => {
      const child = nodeLauncher({ entry: TRAINER }).launch({ ...job(format, join(root, name)), options }, {
        onMessage(message) {
          messages.push(message)
          if (message.type !== 'verify') return
          asked.push(message.job.kind)
          child.send({ type: 'verification', outputs: null, answer, error: null })
        },
        onExit: () => resolve(),
      }) // prettier-ignore
    })
    expect(asked).toEqual(['program'])
    return { proof: find(messages, 'exported')?.proof, error: find(messages, 'failed')?.error }
  }
  const wrong: ProgramAnswer = { outputs: [[[0, 0, 1]], [[4]]], runtime: 'Python 3.13.1', msPerImage: 2 }
  const none = { samples: 0, maxDifference: null, sameTop1: null }

  it('stands where the program cannot be run, and says so', async () => {
    const { proof } = await answered('unproven', { notRun: 'there is no Python here' })
    expect(proof).toEqual({ ...none, program: { notRun: 'predict.py: there is no Python here' } })
    const card = readFileSync(join(root, 'unproven', 'model-card.md'), 'utf8')
    expect(card).toContain('- Graft has no runtime of this format')
    expect(card).toContain('- Not proven here as a program: predict.py: there is no Python here.')
  })

  it('is thrown away where the program answers otherwise', async () => {
    const { error } = await answered('otherwise', wrong)
    expect(error).toMatchObject({
      code: 'E_EXPORT_MISMATCH',
      message: expect.stringContaining('on 1 file that its program was asked for') as string,
    })
    expect(existsSync(join(root, 'otherwise'))).toBe(false)
  })

  it('in fewer bits is measured: how often it is right, beside Graft', async () => {
    const { proof } = await answered('smaller', wrong, ['litert', { weights: 'dynamic' }])
    expect(proof).toMatchObject({
      ...none,
      program: { language: 'javascript', runtime: 'Python 3.13.1', files: 1, msPerImage: 2, accuracy: { labelled: 1, exported: 0 } },
    }) // prettier-ignore
    expect(readFileSync(join(root, 'smaller', 'model-card.md'), 'utf8')).toContain('Right on the labelled ones, 1: 0 %')
  })
})

it('samples that are gone: proven on noise, and the card says so', async () => {
  const folder = join(root, 'noise')
  const exported = find(await run(job('tfjs', folder, { path: join(root, 'gone.png') })), 'exported')
  expect(exported?.proof.samples).toBe(4)
  expect(readFileSync(join(folder, 'model-card.md'), 'utf8')).toContain('4 random inputs')
})
