import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LayerState } from '../../src-main/contract/network.ts'
import type { ModelFiles, TrainJob } from '../../src-main/contract/trainer.ts'
import { sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { runToy, temporaryFolder, toyJob } from './toy-run.ts'

/** What a strategy needs beyond the toy itself, by its type: a teacher, a further dataset, unlabelled rows. Answers the job that is run; `folder`
 *  is the toy's own, for what has to lie beside it. */
export const toyExtras: Readonly<Record<string, (job: TrainJob, folder: string) => Promise<TrainJob>>> = {
  distillation: async (job) => withStrategy(await withTeacher(job), { teachers: ['run:teacher'], compareAlone: true }),
  // Eight labels of each class; a threshold that the toy's few epochs reach.
  'self-training': (job) => {
    const spec = { ...job.spec, labelLimit: 24 }
    return Promise.resolve(withStrategy({ ...job, spec }, { rounds: 2, threshold: 0.4 }))
  },
  // Every generation starts anew: nothing is reused.
  'born-again-networks': (job) =>
    Promise.resolve(withStrategy(allFresh(job), { generations: 2, compareTeachers: true })),
}

/** The suite's variants that a strategy is run in, by their names; absent: all of them. */
export const toyVariants: Readonly<Record<string, readonly string[]>> = {
  'born-again-networks': ['base frozen', 'all trained, with every extra'],
}

export function withStrategy(job: TrainJob, more: Record<string, unknown>): TrainJob {
  return { ...job, spec: { ...job.spec, strategy: { ...job.spec.strategy, ...more } } }
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
