import { GraftError } from '../../contract/errors.ts'
import type { LabelJob } from '../../contract/trainer.ts'
import { decodeToSize } from '../../data/decode.ts'
import { explainWriteError } from '../../data/disk-error.ts'
import { preparePixels } from '../../data/pixel-cache.ts'
import { createLabeller } from '../../learning/labelling/create-labeller.ts'
import type { LabellerParts } from '../../learning/labelling/labeller.ts'
import { pooled } from '../../learning/engine/features/pooled.ts'
import { createRuntime } from '../create-runtime.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'
import { itemFeatures } from '../labelling/item-features.ts'
import { openPrefix, type Prefix } from '../labelling/prefix.ts'
import { answerQuestions } from '../labelling/answer-questions.ts'
import { readManifest } from '../read-manifest.ts'
import { sharedOperations } from '../thread-pools.ts'

/** Prepares the features of every item, then answers questions until it is told to stop. */
export function runLabel(job: LabelJob, context: JobContext): Promise<JobOutcome> {
  return label(job, context).catch((error: unknown) => {
    throw explainWriteError(error, job.cacheFolder)
  })
}

async function label(job: LabelJob, context: JobContext): Promise<JobOutcome> {
  const { preprocessing } = job
  if (preprocessing.kind !== 'image') {
    throw new GraftError('E_DATASET_UNUSABLE', 'Expected pictures. Received: a table, whose rows are features already.')
  }
  const started = performance.now()
  // A fit of a hundred classes takes half the time when both cores share it; the features, once, 4 % more.
  const runtime = createRuntime(sharedOperations(job.threads), context)
  const manifest = readManifest(job.manifest)
  const prefix = await openPrefix(runtime, { ...job, preprocessing }, manifest.pack)
  try {
    const found = await itemFeatures({ ...job, preprocessing }, manifest, prefix, context)
    if (found === null) return context.signal.aborted ? 'cancelled' : 'stopped'
    const { values, columns, hits, unreadable } = found
    const items = manifest.items.length
    const labeller = createLabeller(runtime.tf, {
      features: { rows: items, columns, values },
      ...pictures(job, manifest, preprocessing, prefix),
      onProgress: (what, done, total) => void context.send({ type: 'progress', done, total, message: what }),
      signal: context.signal,
    })
    const seconds = (performance.now() - started) / 1000
    await context.send({ type: 'ready-to-label', items, dimensions: columns, seconds, hits, unreadable })
    return await answerQuestions(labeller, context).finally(() => labeller.dispose())
  } finally {
    prefix.dispose()
  }
}

type Size = Extract<LabelJob['preprocessing'], { kind: 'image' }>

/** Pictures from outside and the dataset's own, decoded when a question needs them; black where they cannot be read. */
function pictures(
  { cacheFolder }: LabelJob,
  { items, pack }: ReturnType<typeof readManifest>,
  size: Size,
  prefix: Prefix,
): Pick<LabellerParts, 'featuresOf' | 'pixels'> {
  const { height, width, channels } = size
  return {
    async featuresOf(file) {
      const [features] = prefix.inference().run(await decodeToSize(file, size))
      return pooled(features!, 1, prefix.shape).values
    },
    async pixels(rows) {
      const gone = new Set<string>()
      const asked = rows.map((row) => items[row]!)
      const request = { items: asked, pack, size, cacheFolder }
      const source = await preparePixels(request, { onUnreadable: (item) => void gone.add(item.contentHash) })
      const values = new Uint8Array(rows.length * height * width * channels)
      try {
        const places = [...asked.keys()].filter((place) => !gone.has(asked[place]!.contentHash))
        const pixels = await source.load(places)
        const length = height * width * channels
        places.forEach((place, i) => values.set(pixels.subarray(i * length, (i + 1) * length), place * length))
        return { values, height, width, channels }
      } finally {
        source.close()
      }
    },
  }
}
