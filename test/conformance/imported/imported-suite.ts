import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../../src-main/contract/trainer.ts'
import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { exportNetwork } from '../../../src-main/learning/exporters/export-network.ts'
import { kerasExporter } from '../../../src-main/learning/exporters/keras.ts'
import type { ImportedModel } from '../../../src-main/learning/importers/importer.ts'
import { graft } from '../../../src-main/learning/importers/graft.ts'
import { kerasImporter } from '../../../src-main/learning/importers/keras.ts'
import { withoutSoftmax } from '../../../src-main/learning/network/without-softmax.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { strategies } from '../../../src-main/learning/strategies/index.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import { loadTensorflow } from '../../../src-main/trainer/tf.ts'
import { type ImportedBase, onImported } from '../../support/imported-toy.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { relativeDifference } from '../../support/reference-differences.ts'
import { toyExtras, withStrategy } from '../../support/toy-extras.ts'
import { messagesOf, runToy, toyJob } from '../../support/toy-run.ts'
import { toyRows } from '../../support/toy-model.ts'
import { losses } from '../strategy-suite.ts'

const ROWS = 6
/** What the toy shows does not cost time here again: further networks to compare with, further rounds, several ways at once. */
const SHORT: Readonly<Record<string, Record<string, unknown>>> = {
  distillation: { compareAlone: false },
  'born-again-networks': { generations: 1, compareTeachers: false },
  'multi-task-hard': { weighting: 'fixed' },
  'multi-task-soft': { sharing: 'distance' },
  'self-training': { rounds: 1 },
  'denoising-autoencoder': { compareScratch: false, pretrainingEpochs: 1 },
  'rotation-prediction': { pretrainingEpochs: 1 },
  'deep-belief-network': { pretrainingEpochs: 1 },
  'meta-learning': { evaluationSteps: 1, testTasks: 10 },
}
const EPOCHS = 5
/** Those that begin with a slow part of their own. */
const SLOW_EPOCHS = 14
const SLOW: ReadonlySet<string> = new Set([
  'born-again-networks',
  'distillation',
  'self-training',
  'deep-belief-network',
  'meta-learning',
])

/** What every strategy promises holds on a network from elsewhere, too; what it promises in detail is tested on the toy. */
export function importedSuite(base: ImportedBase): void {
  describe.each(strategies.map(({ type }) => type))('%s', (type) => {
    test('learns, changes only what is not frozen, leaves no tensor, and its model reads back', async () => {
      const tf = loadTensorflow()
      const toy = await toyJob({ strategy: type, spec: { epochs: SLOW.has(type) ? SLOW_EPOCHS : EPOCHS } })
      const whole = (await toyExtras[type]?.(toy, join(toy.folder, '..'))) ?? toy
      const job = await onImported(withStrategy(whole, SHORT[type] ?? {}), base)
      const before = tf.memory().numTensors
      const run = await runToy(job)
      expect(tf.memory().numTensors).toBe(before)
      expect(run.outcome).toBe('finished')
      expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
      expect(messagesOf(run, 'log')).toEqual([])
      const curve = losses(run)
      // The toy's rate is high for some of these networks: the loss falls, and may jump again.
      expect(Math.min(...curve)).toBeLessThan(curve[0]! * 0.85)

      const { changes } = messagesOf(run, 'weights')[0]!
      for (const { layer, state, change } of changes) expect(change === 0, layer).toBe(state === 'frozen')
      const model = await graft.read({ path: join(job.folder, 'model'), family: null, inputSize: null })
      if (job.weights !== null) {
        for (const [name, { values }] of readAllFloat32(job.weights.path)) {
          const isFrozen = job.states[name.split('/')[0]!] === 'frozen'
          if (isFrozen && model.weights.has(name)) expect(model.weights.get(name)!.values, name).toEqual(values)
        }
      }
      await expectSameAgain(model, join(job.folder, 'exported'))
    })
  })
}

/** Exported for Keras and imported again, the network gives the same. */
async function expectSameAgain(model: ImportedModel, folder: string): Promise<void> {
  mkdirSync(folder)
  const heads = JSON.parse(readFileSync(join(folder, '../model/heads.json'), 'utf8')) as Manifest['heads']
  const network = exportNetwork(model.network, heads)
  const read = (name: string) => model.weights.get(name)!.values as Float32Array
  const preprocessing = model.preprocessing!
  await kerasExporter.write({ network, weights: inferNetwork(network).weights, read, preprocessing, heads }, folder)
  const back = await kerasImporter.read({ path: join(folder, 'model.keras'), family: null, inputSize: null })
  const wanted = outputsOf(model)
  expect(wanted.length).toBe(heads.length)
  for (const [at, values] of outputsOf({ ...back, network: withoutSoftmax(back.network) }).entries())
    expect(relativeDifference(values, wanted[at]!)).toBeLessThan(1e-5)
}

function outputsOf({ network, weights }: ImportedModel): Float32Array[] {
  const shape = inferNetwork(network).shapes.get('input')!
  const values = toyRows(ROWS, shape.reduce((size, value) => size * value, 1)) // prettier-ignore
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(nativeRuntime(), { network, weights, samples, precision: 'float32' })
  const outputs = inference.run(Float32Array.from(values.flatMap((row) => [...row])))
  inference.dispose()
  return outputs
}
