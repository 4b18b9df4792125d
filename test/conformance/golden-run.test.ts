import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type * as seeded from '../../src-main/base/seeded-random.ts'
import {
  float32Tensor,
  readAllFloat32,
  sha256OfFile,
  writeSafetensors,
} from '../../src-main/learning/weights/safetensors.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { digest, golden } from '../support/golden.ts'
import { runToy, toyJob } from '../support/toy-run.ts'

const asked = vi.hoisted(() => new Set<string>())
/** The generator itself, which notes what it is asked for. */
vi.mock('../../src-main/base/seeded-random.ts', async (original) => {
  const real = await original<typeof seeded>()
  const seededRandom: typeof seeded.seededRandom = (seed, stream = '') => {
    asked.add(`${seed} ${stream}`)
    return real.seededRandom(seed, stream)
  }
  return { ...real, seededRandom }
})

/** Streams that a run draws from, without those of networks that only infer (seed 0); of rows and copies the number and a digest. */
function streams(): { named: string[]; augmentation: string; copies: string } {
  const all = [...asked].sort()
  const some = (pattern: RegExp): string[] => all.filter((name) => pattern.test(name))
  const short = (names: string[]): string => `${names.length}: ${names[0] ?? 'none'} ... ${digest(names)}`
  return {
    named: some(/^(?!0 )(?!\d+ (augment|copy) )/),
    augmentation: short(some(/^\d+ augment /)),
    copies: short(some(/^\d+ copy /)),
  }
}

const augment = { flip: true, shift: 0.1, copies: 2 }
test.each([
  [
    'fine-tuning',
    {
      trainedBlocks: ['block1', 'block2'],
      spec: { epochs: 2, augment, strategy: { type: 'fine-tuning', headEpochs: 0 } },
    },
  ],
  ['feature-extraction', { trainedBlocks: [], spec: { epochs: 2, augment } }],
])('a run of %s draws from the streams that it drew from', async (strategy, options) => {
  const job = await toyJob({ strategy, ...options })
  asked.clear()
  await runToy(job)
  await golden(`streams of ${strategy}`, streams())
})

test('a model is saved as it was', async () => {
  const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 1 } })
  await runToy(job)
  const folder = join(job.folder, 'model')
  const text = (name: string): string => digest(readFileSync(join(folder, name), 'utf8'))
  await golden('saved model', {
    files: readdirSync(folder).sort(),
    json: ['heads', 'network', 'preprocessing'].map((name) => text(`${name}.json`)),
    weights: [...readAllFloat32(join(folder, 'weights.safetensors'))].map(
      ([name, { shape }]) => `${name} ${shape.join(' x ')}`,
    ),
  })
})

test('features lie where an earlier version put them, those of a base of other weights and of other kernels elsewhere', async () => {
  // Graft's own kernels, which not every processor has, keep theirs apart.
  vi.stubEnv('GRAFT_FROZEN', 'off')
  const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 1 } })
  const folders = () => readdirSync(join(job.cacheFolder, 'features'))
  await runToy(job)
  await golden('folder of features', folders())
  const { path } = job.weights!
  const changed = [...readAllFloat32(path)].map(([name, { shape, values }]) => {
    return float32Tensor(name, shape, name === 'block1_conv/kernel' ? values.map((value) => value / 2) : values)
  })
  writeSafetensors(path, changed)
  mkdirSync(join(job.folder, 'again'))
  await runToy({ ...job, folder: join(job.folder, 'again'), weights: { path, sha256: await sha256OfFile(path) } })
  expect(folders()).toHaveLength(2)
  vi.unstubAllEnvs()
  mkdirSync(join(job.folder, 'own'))
  await runToy({ ...job, folder: join(job.folder, 'own'), weights: { path, sha256: await sha256OfFile(path) } })
  expect(folders()).toHaveLength(loadFrozen().frozen?.kernels.float32 == null ? 2 : 3)
  expect(readFileSync(join(job.folder, 'model/network.json'), 'utf8')).toBe(readFileSync(join(job.folder, 'again/model/network.json'), 'utf8')) // prettier-ignore
})
