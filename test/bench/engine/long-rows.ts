import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makePhotoFolder } from '../../support/photo-folder.ts'
import { type ContenderName, quiet, runTimed, startContender } from './contender.ts'
import { NETWORKS } from './networks.ts'
import { median, type Result } from './results.ts'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const GRAFT = fileURLToPath(new URL('../../../build/graft.mjs', import.meta.url))
const EPOCHS = 10
/** 2,000 photographs in 8 classes. */
const PHOTOS = { perClass: 250, side: 160, size: 256, seed: 1 }
/** The first layer of the last two blocks. */
const LAST_TWO_BLOCKS = 'block15'

export interface LongRow {
  readonly id: string
  measure(): Promise<Result>
}

/** Rows that are seconds or megabytes of whole processes. */
export function longRows(folder: string, python: string | null, rounds: number): LongRow[] {
  return [
    { id: 'feature-extraction', measure: () => featureExtraction(folder, python) },
    { id: 'fine-tuning', measure: () => fineTuning(folder, python) },
    { id: 'peak-memory', measure: () => peakMemory(folder, python) },
    { id: 'first-step', measure: () => firstStep(folder, python, rounds) },
  ]
}

async function photos(folder: string): Promise<string> {
  const target = join(folder, 'photos')
  if (!readdirSync(folder).includes('photos')) await makePhotoFolder(target, PHOTOS)
  return target
}

function networkFile(folder: string, name: string): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(NETWORKS[name]!()))
  return file
}

interface RunDocument {
  readonly epochSeconds: number[]
  readonly metrics: { readonly test: Record<string, number> }
}

/** One run through the command line in a new workspace, nothing cached: import, then training. */
async function graftRun(folder: string, spec: object): Promise<{ seconds: number; run: RunDocument }> {
  const workspace = join(folder, 'workspace')
  rmSync(workspace, { recursive: true, force: true })
  mkdirSync(workspace)
  const source = await photos(folder)
  const file = join(folder, 'spec.json')
  writeFileSync(file, JSON.stringify({ dataset: 'photos', base: 'efficientnet-lite0', batchSize: 32, ...spec }))
  const from = performance.now()
  graft(['dataset', 'import', source, '--name', 'photos', '-w', workspace])
  const text = graft(['run', file, '-w', workspace, '--json'])
  return { seconds: (performance.now() - from) / 1000, run: JSON.parse(text) as RunDocument }
}

function graft(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [GRAFT, ...args], { encoding: 'utf8', env: quiet() })
  if (status !== 0) throw new Error(`graft ${args[0]} ended with ${status}: ${stderr.slice(-500)}`)
  return stdout
}

interface FolderRun {
  /** Until the first epoch. */
  readonly start: number
  readonly epochs: number[]
}

async function peerRun(name: 'keras' | 'torch', python: string, folder: string, network: string, trainedFrom: string) {
  const args = [`${HERE}${name}_folder.py`, network, await photos(folder), '2', trainedFrom]
  return (await runTimed(python, args)).answer as FolderRun
}

async function featureExtraction(folder: string, python: string | null): Promise<Result> {
  const spec = { freeze: { all: true }, strategy: { type: 'feature-extraction' }, epochs: EPOCHS }
  const figures: Result['figures'] = { graft: (await graftRun(folder, spec)).seconds }
  const notes: Result['notes'] = {}
  if (python !== null) {
    const network = networkFile(folder, 'efficientnet-head')
    for (const name of ['keras', 'torch'] as const) {
      const { start, epochs } = await peerRun(name, python, folder, network, 'head')
      figures[name] = start + epochs[0]! + (EPOCHS - 1) * epochs[1]!
      notes[name] = '2 epochs run, the second counted 9 times'
    }
  }
  const title = 'feature extraction, 2,000 photographs, 10 epochs, from files to a trained head'
  return {
    id: 'feature-extraction',
    title,
    unit: 'seconds',
    better: 'less',
    figures,
    notes,
    goals: { keras: 6, torch: 6 },
  }
}

async function fineTuning(folder: string, python: string | null): Promise<Result> {
  const network = networkFile(folder, 'efficientnet-head')
  const { layers } = JSON.parse(readFileSync(network, 'utf8')) as { layers: { name: string; block: string }[] }
  const first = layers.findIndex(({ block }) => block === LAST_TWO_BLOCKS)
  const trained = layers.slice(first).map(({ name }) => name)
  const spec = {
    train: { layers: trained.filter((name) => name !== 'head') },
    strategy: { type: 'fine-tuning', headEpochs: 0, trainBatchNorm: true },
    epochs: 4,
  }
  const { run } = await graftRun(folder, spec)
  const figures: Result['figures'] = { graft: median(run.epochSeconds.slice(1)) }
  if (python !== null) {
    for (const name of ['keras', 'torch'] as const) {
      figures[name] = (await peerRun(name, python, folder, network, layers[first]!.name)).epochs[1]!
    }
  }
  const title = 'fine-tuning the last two blocks of EfficientNet-Lite0, an epoch of 2,000 photographs after the first'
  return {
    id: 'fine-tuning',
    title,
    unit: 'seconds',
    better: 'less',
    figures,
    notes: {},
    goals: { keras: 3, torch: 2 },
  }
}

async function peakMemory(folder: string, python: string | null): Promise<Result> {
  const names: ContenderName[] = python === null ? ['graft', 'stock'] : ['graft', 'stock', 'keras']
  const task = { kind: 'train', batch: 32, batches: 12, optimizer: 'sgd', precision: 'float32' } as const
  const network = networkFile(folder, 'mobilenet-train')
  const figures: Result['figures'] = {}
  for (const name of names) {
    const contender = startContender(name, python ?? '')
    await contender.prepare({ ...task, network })
    await contender.measure()
    figures[name] = await contender.peak()
    await contender.close()
  }
  const title = 'peak memory of training MobileNetV2, 96x96, batch 32'
  return { id: 'peak-memory', title, unit: 'MB', better: 'less', figures, notes: {}, goals: { stock: 2, keras: 1 } }
}

async function firstStep(folder: string, python: string | null, rounds: number): Promise<Result> {
  const network = networkFile(folder, 'mobilenet-train')
  const times: Record<string, number[]> = { graft: [], keras: [] }
  for (let round = 0; round < rounds; round++) {
    times['graft']!.push((await runTimed(process.execPath, [`${HERE}graft-first-step.ts`, network])).seconds)
    if (python !== null) times['keras']!.push((await runTimed(python, [`${HERE}keras_first_step.py`, network])).seconds)
  }
  const figures = { graft: median(times['graft']!), ...(python === null ? {} : { keras: median(times['keras']!) }) }
  const title = 'from the start of the process to the first step done, MobileNetV2'
  return { id: 'first-step', title, unit: 'seconds', better: 'less', figures, notes: {}, goals: { keras: 1 } }
}
