import type { Preprocessing } from '../contract/network.ts'
import type { Manifest } from '../contract/trainer.ts'
import type { HeadInfo } from '../learning/network/head-info.ts'
import type { TrainingData } from '../learning/engine/data/training-data.ts'
import type { JobContext } from './job-context.ts'
import { type OpenData, type OpenJob, openTrainingData } from './open-training-data.ts'
import { readManifest } from './read-manifest.ts'

export interface RunData {
  readonly data: TrainingData
  readonly heads: readonly HeadInfo[]
  /** A further manifest (null: the run's own) with some preprocessing; opened once. */
  open(path: string | null, preprocessing: Preprocessing): Promise<{ data: TrainingData; manifest: Manifest }>
  close(): void
}

/** Opens a run's own samples, and others when they are asked for. */
export async function openRunData(
  job: OpenJob & { readonly manifest: string },
  manifest: Manifest,
  context: JobContext,
  memoryBytes: number,
  needsLabels = true,
): Promise<RunData> {
  const options = { memoryBytes, needsLabels }
  const own = await openTrainingData(job, manifest, context, { ...options, isOwn: true, path: job.manifest })
  const others = new Map<string, Promise<OpenData & { manifest: Manifest }>>()
  const openOther = async (path: string | null, preprocessing: Preprocessing) => {
    const found = path === null ? manifest : readManifest(path)
    const own = { ...options, isOwn: path === null, path: path ?? job.manifest }
    return { ...(await openTrainingData({ ...job, preprocessing }, found, context, own)), manifest: found }
  }
  const opened: OpenData[] = [own]
  return {
    data: own.data,
    heads: own.heads,
    async open(path, preprocessing) {
      const key = JSON.stringify([path, preprocessing])
      if (!others.has(key)) others.set(key, openOther(path, preprocessing))
      const other = await others.get(key)!
      if (!opened.includes(other)) opened.push(other)
      return { data: other.data, manifest: other.manifest }
    },
    close: () => opened.forEach((each) => each.close()),
  }
}
