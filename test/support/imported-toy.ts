import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LayerState, Network } from '../../src-main/contract/network.ts'
import { Manifest, type ModelFiles, type TrainJob } from '../../src-main/contract/trainer.ts'
import { openPack, openPackWriter } from '../../src-main/data/pack.ts'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import type { ImportedModel } from '../../src-main/learning/importers/importer.ts'
import { movesIn, prefixEnd } from '../../src-main/learning/network/prefix-end.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { trainedFiles } from './toy-extras.ts'
import { runToy, temporaryFolder, toyJob } from './toy-run.ts'

/** A narrow network of PyTorch (test/fixtures/imports) and the blocks of it that are trained. */
export interface ImportedBase {
  readonly file: string
  readonly trained: readonly string[]
}

const SIZE = 16
const SCALE = 2
const CHANNELS = 3
const TOY_BASE = new Set(['input', 'block1', 'block2'])

/** The toy's job, whatever it was given, on an imported network: its own base is taken out, its layers and heads stand behind the
 *  features of the imported one, and its grey images are enlarged to the size that this one takes. */
export async function onImported(job: TrainJob, base: ImportedBase): Promise<TrainJob> {
  const { network: source, weights: values } = await read(base)
  const folder = join(job.folder, '..', 'imported')
  mkdirSync(folder, { recursive: true })
  const network = joined(source, job.network)
  const reused = new Set(network.layers.filter(({ name }) => source.layers.some((layer) => layer.name === name)).map(({ name }) => name)) // prettier-ignore
  const stateOf = (name: string, block: string): LayerState =>
    !reused.has(name) || job.weights === null ? 'fresh' : base.trained.includes(block) ? 'trained' : 'frozen'
  const states = Object.fromEntries(network.layers.map(({ name, block }) => [name, stateOf(name, block)]))
  const weights = join(folder, 'base.safetensors')
  const tensors = inferNetwork(network)
    .weights.filter(({ layer }) => reused.has(layer))
    .map(({ fullName, shape }) => float32Tensor(fullName, shape, values.get(fullName)!.values))
  writeSafetensors(weights, tensors)
  const datasets = Object.entries(job.datasets).map(
    async ([name, path]) => [name, await enlarged(path, folder, name)] as const,
  )
  return {
    ...job,
    network,
    states,
    cachedUpTo: prefixEnd(network, movesIn(states)),
    weights: job.weights === null ? null : { path: weights, sha256: await sha256OfFile(weights) },
    preprocessing: {
      ...{ kind: 'image', height: SIZE, width: SIZE, channels: CHANNELS, resize: 'stretch' },
      ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    },
    manifest: await enlarged(job.manifest, folder, 'own'),
    datasets: Object.fromEntries(await Promise.all(datasets)),
    models: Object.keys(job.models).length === 0 ? {} : { 'run:teacher': await teacherOf(base) },
  }
}

const models = new Map<string, Promise<ImportedModel>>()

function read({ file }: ImportedBase): Promise<ImportedModel> {
  const path = join(import.meta.dirname, '../fixtures/imports', file)
  const importer = IMPORTERS.find((one) => one.matches(path))!
  if (!models.has(file)) models.set(file, importer.read({ path, family: null, inputSize: SIZE }))
  return models.get(file)!
}

/** The imported network up to its features, then what the toy has behind its own. */
function joined(source: Network, toy: Network): Network {
  const end = source.layers.findIndex(({ name }) => name === source.features)
  const own = toy.layers.filter(({ block }) => !TOY_BASE.has(block))
  const behind = own.map((layer) => ({
    ...layer,
    block: `toy_${layer.block}`,
    inputs: layer.inputs.map((name) => (name === 'flatten' ? source.features : name)),
  }))
  const layers = [...source.layers.slice(0, end + 1), ...behind]
  const labels = new Map(source.blocks.map(({ name, label }) => [name, label]))
  const blocks = [...new Set(layers.map(({ block }) => block))].map((name) => ({
    name,
    label: labels.get(name) ?? name,
  }))
  return { name: source.name, blocks, layers, outputs: toy.outputs, features: source.features }
}

async function enlarged(path: string, folder: string, name: string): Promise<string> {
  const manifest = Manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  const grey = openPack(manifest.pack!)
  const pack = join(folder, `${name}.u8`)
  const writer = await openPackWriter(pack, { height: SIZE, width: SIZE, channels: CHANNELS })
  const { width } = grey.shape
  for (let row = 0; row < grey.rows; row++) {
    const pixels = grey.row(row)
    const from = (at: number): number => {
      const place = Math.floor(at / CHANNELS)
      return Math.floor(place / SIZE / SCALE) * width + Math.floor((place % SIZE) / SCALE)
    }
    await writer.add(Uint8Array.from({ length: SIZE * SIZE * CHANNELS }, (_, at) => pixels[from(at)]!))
  }
  await writer.close()
  grey.close()
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({ ...manifest, pack } satisfies Manifest))
  return file
}

const teachers = new Map<string, Promise<ModelFiles & { title: string }>>()

/** The same network, fine-tuned: once for all tests of a file. */
function teacherOf(base: ImportedBase): Promise<ModelFiles & { title: string }> {
  if (!teachers.has(base.file)) teachers.set(base.file, trainTeacher(base))
  return teachers.get(base.file)!
}

async function trainTeacher(base: ImportedBase): Promise<ModelFiles & { title: string }> {
  const toy = await toyJob({ strategy: 'fine-tuning', spec: { epochs: 4 }, folder: join(temporaryFolder(), 'teacher') })
  const job = await onImported(toy, base)
  await runToy(job)
  return trainedFiles(job, 'Imported teacher')
}
