import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LayerState, Network } from '../../src-main/contract/network.ts'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { visionTransformer } from '../../src-main/learning/architectures/vision-transformer.ts'
import { initializeWeight } from '../../src-main/learning/engine/model/initialize.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { movesIn, prefixEnd } from '../../src-main/learning/network/prefix-end.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { messagesOf, runToy, temporaryFolder, toyJob } from '../support/toy-run.ts'

/** Sixteen patches of 2 x 2 pixels through two blocks. */
function network(): Network {
  const vit = visionTransformer({
    ...{ name: 'vit', shape: [8, 8, 1], patch: 2, width: 12, depth: 2, heads: 3, classes: 3 },
  })
  const layers = vit.layers.map((layer) => (layer.name === 'head' ? { ...layer, name: 'head_label' } : layer))
  return { ...vit, layers, outputs: ['head_label'] }
}

/** The toy's images for a transformer whose layers up to the first block's end are frozen. */
async function tokenJob(): Promise<TrainJob> {
  const folder = temporaryFolder()
  const strategy = { type: 'fine-tuning', headEpochs: 0 }
  const job = await toyJob({ strategy: strategy.type, folder, spec: { epochs: 8, strategy } })
  const vit = network()
  const stateOf = (block: string): LayerState =>
    block === 'head' ? 'fresh' : ['blocks.1', 'norm'].includes(block) ? 'trained' : 'frozen'
  const states = Object.fromEntries(vit.layers.map(({ name, block }) => [name, stateOf(block)]))
  const path = join(folder, 'vit.safetensors')
  const tensors = inferNetwork(vit).weights.map((weight) => {
    return float32Tensor(weight.fullName, weight.shape, initializeWeight(weight, 5))
  })
  writeSafetensors(path, tensors)
  const weights = { path, sha256: await sha256OfFile(path) }
  return { ...job, network: vit, states, cachedUpTo: prefixEnd(vit, movesIn(states)), weights }
}

const losses = (points: readonly string[]) =>
  points.filter((point) => /^train\.loss /.test(point)).map((point) => Number(point.split(' ')[2]))

test('tokens are cached behind a frozen block, and training goes on from them as without a cache', async () => {
  const job = await tokenJob()
  expect(job.cachedUpTo).toBe('blocks.0.add2')
  const cached = await runToy(job)
  expect(messagesOf(cached, 'cache').map(({ layer, items, hits }) => [layer, items > 0, hits])).toEqual([
    ['blocks.0.add2', true, 0],
  ])
  const plain = await runToy({ ...(await tokenJob()), cachedUpTo: null })
  expect(messagesOf(plain, 'cache')).toEqual([])
  const [a, b] = [losses(cached.points), losses(plain.points)]
  expect(a.length).toBeGreaterThan(20)
  a.forEach((loss, i) => expect(Math.abs(loss - b[i]!)).toBeLessThan(1e-3))
  expect(Math.min(...a)).toBeLessThan(0.7 * a[0]!)
})
