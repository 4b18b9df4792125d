import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LayerState } from '../../src-main/contract/network.ts'
import type { ModelFiles, TrainJob } from '../../src-main/contract/trainer.ts'
import { sha256OfFile } from '../../src-main/learning/weights/safetensors.ts'
import { runToy, toyJob } from './toy-run.ts'

/** What a strategy needs beyond the toy itself, by its type: a teacher, a further dataset, unlabelled rows. Answers the job that is run; `folder`
 *  is the toy's own, for what has to lie beside it. */
export const toyExtras: Readonly<Record<string, (job: TrainJob, folder: string) => Promise<TrainJob>>> = {
  distillation: async (job, folder) => withStrategy(await withTeacher(job, folder), { teachers: ['run:teacher'] }),
  // Every generation starts anew: nothing is reused.
  'born-again-networks': (job) =>
    Promise.resolve(withStrategy(allFresh(job), { generations: 2, compareTeachers: true })),
}

export function withStrategy(job: TrainJob, more: Record<string, unknown>): TrainJob {
  return { ...job, spec: { ...job.spec, strategy: { ...job.spec.strategy, ...more } } }
}

function allFresh(job: TrainJob): TrainJob {
  const states = Object.fromEntries(job.network.layers.map(({ name }) => [name, 'fresh' as LayerState]))
  return { ...job, states, cachedUpTo: null, weights: null }
}

/** A fine-tuned toy as `run:teacher`, trained in a folder beside the job's. */
export async function withTeacher(job: TrainJob, folder: string): Promise<TrainJob> {
  const own = join(folder, 'teacher')
  const teacher = await toyJob({
    strategy: 'fine-tuning',
    trainedBlocks: ['block1', 'block2'],
    folder: own,
    spec: { epochs: 6 },
  })
  await runToy(teacher)
  return { ...job, models: { ...job.models, 'run:teacher': await trainedFiles(teacher, 'Toy teacher') } }
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
