import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decoding } from '../../../src-main/contract/decoding.ts'
import { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { ExperimentSpec } from '../../../src-main/contract/spec.ts'
import type { ChildMessage, Manifest } from '../../../src-main/contract/trainer.ts'
import { useDecodeJpeg } from '../../../src-main/data/decode-apart.ts'
import { useResample } from '../../../src-main/data/resize-apart.ts'
import { createPrepare } from '../../../src-main/learning/engine/features/prepare-features.ts'
import { createModel } from '../../../src-main/learning/engine/model/model.ts'
import type { JobContext } from '../../../src-main/trainer/job-context.ts'
import { createRuntime } from '../../../src-main/trainer/create-runtime.ts'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { openTrainingData } from '../../../src-main/trainer/open-training-data.ts'
import { singleOperations } from '../../../src-main/trainer/thread-pools.ts'
import { readNetwork } from './graft-training.ts'

/** usage: graft-files.ts NETWORK FOLDER PRECISION DECODING
 *  The features of a folder of photographs, with nothing cached: what a training does between its start and its first step. Once to warm up, which also
 *  leaves what is made once for a dataset (the graph, int8's ranges), then timed. Prints images a second as JSON. */
const [network, folder, precision, decoding] = process.argv.slice(2)

async function main(): Promise<void> {
  const spec = ExperimentSpec.parse({
    dataset: 'photos',
    base: 'none',
    strategy: { type: 'feature-extraction' },
    prefixPrecision: PrefixPrecision.parse(precision),
    decoding: Decoding.parse(decoding),
  })
  const { resample, decodeJpeg } = loadFrozen()
  useResample(resample ?? null)
  useDecodeJpeg(decodeJpeg ?? null)
  const manifest = manifestOf(folder!)
  const cacheFolder = mkdtempSync(join(tmpdir(), 'graft-files-'))
  try {
    const pass = passOver(manifest, spec, cacheFolder)
    await pass()
    for (const name of ['pixels', 'features']) rmSync(join(cacheFolder, name), { recursive: true })
    const from = performance.now()
    await pass()
    const value = (manifest.items.length * 1000) / (performance.now() - from)
    console.log(`@${JSON.stringify({ ways: { [decoding!]: value } })}`)
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true })
  }
}

/** Decodes, resizes and computes everything, as often as it is called. */
function passOver(manifest: Manifest, spec: ExperimentSpec, cacheFolder: string): () => Promise<void> {
  const context = contextOf()
  const runtime = createRuntime(singleOperations(cpus().length), context)
  const { network: described, weights, shape } = readNetwork({ network: network! } as Parameters<typeof readNetwork>[0])
  const [height, width] = shape as [number, number, number]
  const half = [0.5, 0.5, 0.5]
  const preprocessing = {
    ...({ kind: 'image', height, width, channels: 3, mean: half, std: half, resize: 'cover' } as const),
    decoding: spec.decoding,
  }
  const model = createModel(runtime.tf, described, weights, 0)
  const cut = described.outputs[0]!
  return async () => {
    const options = { memoryBytes: 0, isOwn: true, path: 'manifest.json' }
    const opened = await openTrainingData({ spec, preprocessing, cacheFolder }, manifest, context, options)
    const { prepare, close } = createPrepare({
      ...{ runtime, model, data: opened.data, requested: () => null, memoryMegabytes: 0 },
      job: { cacheFolder, cacheLimitBytes: 2 ** 40, spec },
    })
    const reporter = { record: noop, flush: noop, send: noop, recorded: () => Promise.resolve() }
    const nothing = new Set<string>()
    const phase = { name: 'head', epochs: 1, learningRate: 1, trained: nothing, trainingMode: nothing, rateFactor: new Map(), cachedUpTo: cut } // prettier-ignore
    await prepare(phase, reporter)
    close()
    opened.close()
  }
}

function noop(): void {}

function contextOf(): JobContext {
  const send = (message: ChildMessage) => {
    if (message.type === 'log') process.stderr.write(`${message.text}\n`)
    return Promise.resolve()
  }
  return { send, signal: new AbortController().signal } as Partial<JobContext> as JobContext
}

/** A class per folder, everything to be trained on. */
function manifestOf(folder: string): Manifest {
  const classes = readdirSync(folder).sort()
  const files = classes.flatMap((name, target) =>
    readdirSync(join(folder, name)).map((file) => ({ name: `${name}/${file}`, target })),
  )
  return {
    dataset: { id: 'd', name: 'photos', version: 1, hash: 'h', kind: 'image' },
    heads: [{ name: 'label', column: 'label', type: 'classification', classes }],
    pack: null,
    items: files.map(({ name, target }, id) => {
      const path = join(folder, name)
      const contentHash = createHash('sha256').update(readFileSync(path)).digest('hex')
      return { id: id + 1, name, path, row: null, contentHash, split: 'train', targets: [target] }
    }),
  }
}

await main()
