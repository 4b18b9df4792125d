import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LayerState } from '../../src-main/contract/network.ts'
import type { ModelFiles, TrainJob } from '../../src-main/contract/trainer.ts'
import { sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { runToy, temporaryFolder, toyJob } from './toy-run.ts'
import { withManyClasses } from './toy-few-shot.ts'
import { withSigmoidLayers } from './toy-sigmoid.ts'
import { withTarget } from './toy-target.ts'
import { withTasks } from './toy-tasks.ts'

/** What a strategy needs beyond the toy itself, by its type: a teacher, a further dataset, unlabelled rows. Answers the job that is run; `folder`
 *  is the toy's own, for what has to lie beside it. */
export const toyExtras: Readonly<Record<string, (job: TrainJob, folder: string) => Promise<TrainJob>>> = {
  'converged head': (job) => Promise.resolve(withStrategy(withLinearHead(job), { head: 'converged' })),
  distillation: async (job) => withStrategy(await withTeacher(job), { teachers: ['run:teacher'], compareAlone: true }),
  'born-again-tree': (job) =>
    Promise.resolve(withStrategy(job, { rows: 400, rowsPerNode: 100, pruneRows: 200, maxLeaves: 8 })),
  // Every generation starts anew: nothing is reused. With every extra, further teachers would only add time.
  'born-again-networks': (job) =>
    Promise.resolve(withStrategy(allFresh(job), { generations: 2, compareTeachers: job.spec.augment.mixup === 0 })),
  // Eight labels of each class; a threshold that the toy's few epochs reach.
  'self-training': (job) => {
    const spec = { ...job.spec, labelLimit: 24 }
    return Promise.resolve(withStrategy({ ...job, spec }, { rounds: 2, threshold: 0.4 }))
  },
  'meta-learning': async (job, folder) =>
    withStrategy(await withManyClasses(job, folder), {
      ...{ way: 2, shots: 2, queries: 4, innerSteps: 1, innerRate: 0.1, tasksPerUpdate: 2 },
      ...{ updatesPerEpoch: 10, evaluationSteps: 3, testTasks: 10 },
    }),
  'multi-task-hard': (job) =>
    Promise.resolve(withStrategy(withTasks(job), { weighting: 'pcgrad', auxiliary: ['height'] })),
  'multi-task-soft': (job) =>
    Promise.resolve(
      withStrategy(withTasks(job), { sharing: 'both', strength: 0.01, keep: 'main', compareAlone: false }),
    ),
  'deep-belief-network': (job) =>
    Promise.resolve(withStrategy(withSigmoidLayers(job), { pretrainingEpochs: 3, rbmBatchSize: 16 })),
  'denoising-autoencoder': (job) =>
    Promise.resolve(withStrategy(withUnlabelled(job), { pretrainingEpochs: 3, compareScratch: true })),
  'rotation-prediction': (job) => Promise.resolve(withStrategy(withUnlabelled(job), { pretrainingEpochs: 3 })),
  dann: (job, folder) => withTarget(job, folder),
  adda: (job, folder) => withTarget(job, folder),
  'task-transfer': (job) => {
    const few = { sources: ['is top'], targets: ['label'], readoutLabels: 30, readoutEpochs: 5, readoutUnits: 8 }
    return Promise.resolve(withStrategy(withTasks(job), few))
  },
}

/** The suite's variants that a strategy is run in, by their names; absent: all of them. */
export const toyVariants: Readonly<Record<string, readonly string[]>> = {
  'converged head': ['base frozen', 'base frozen, with extras'],
  'meta-learning': ['base frozen', 'all trained, with every extra'],
  'multi-task-hard': ['base frozen', 'all trained, with every extra'],
  'multi-task-soft': ['upper block trained', 'all trained, with every extra'],
  'born-again-networks': ['base frozen', 'all trained, with every extra'],
  'deep-belief-network': ['base frozen', 'all trained, with every extra'],
  'denoising-autoencoder': ['upper block trained', 'all trained, with every extra'],
  'rotation-prediction': ['upper block trained', 'all trained, with every extra'],
  // With a frozen base all encoders are the same.
  'task-transfer': ['upper block trained', 'all trained, with every extra'],
}

/** Strategies whose model is measured on new tasks instead of the dataset's splits. */
export const measuredOnTasks: ReadonlySet<string> = new Set(['meta-learning'])

export function withStrategy(job: TrainJob, more: Record<string, unknown>): TrainJob {
  return { ...job, spec: { ...job.spec, strategy: { ...job.spec.strategy, ...more } } }
}

/** Half of the training items without their labels. */
function withUnlabelled(job: TrainJob): TrainJob {
  return { ...job, spec: { ...job.spec, labelLimit: 30 } }
}

/** The head right behind the toy's frozen features. */
export function withLinearHead(job: TrainJob): TrainJob {
  const layers = job.network.layers
    .filter(({ block }) => block !== 'new')
    .map((layer) => (layer.name.startsWith('head_') ? { ...layer, inputs: [job.network.features] } : layer))
  const network = { ...job.network, layers }
  return { ...job, network, cachedUpTo: job.network.features }
}

function allFresh(job: TrainJob): TrainJob {
  const states = Object.fromEntries(job.network.layers.map(({ name }) => [name, 'fresh' as LayerState]))
  return { ...job, states, cachedUpTo: null, weights: null }
}

let teacher: Promise<ModelFiles & { title: string }> | null = null

/** A fine-tuned toy as `run:teacher`, trained once for all tests of a file. */
export async function withTeacher(job: TrainJob): Promise<TrainJob> {
  teacher ??= trainTeacher()
  return { ...job, models: { ...job.models, 'run:teacher': await teacher } }
}

async function trainTeacher() {
  const job = await toyJob({
    strategy: 'fine-tuning',
    trainedBlocks: ['block1', 'block2'],
    folder: join(temporaryFolder(), 'teacher'),
    spec: { epochs: 6 },
  })
  await runToy(job)
  return trainedFiles(job, 'Toy teacher')
}

/** The model that a run left, as a job's reference to it. */
export async function trainedFiles(job: TrainJob, title: string): Promise<ModelFiles & { title: string }> {
  const folder = join(job.folder, 'model')
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  const path = join(folder, 'weights.safetensors')
  return {
    title,
    network: read('network') as ModelFiles['network'],
    preprocessing: read('preprocessing') as ModelFiles['preprocessing'],
    heads: read('heads') as ModelFiles['heads'],
    weights: { path, sha256: await sha256OfFile(path) },
  }
}
