import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { calibrate } from '../../src-main/learning/engine/frozen/calibrate.ts'
import { floatProgram } from '../../src-main/learning/engine/frozen/float-program.ts'
import type { FrozenProgram } from '../../src-main/learning/engine/frozen/frozen-program.ts'
import { frozenParts, int8Refusal } from '../../src-main/learning/engine/frozen/frozen-support.ts'
import { int8Program } from '../../src-main/learning/engine/frozen/int8-program.ts'
import { ALL_ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { networkUpTo } from '../../src-main/learning/network/network-up-to.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import { chainModel, operationNetworks } from '../support/layer-chains.ts'
import { calibrationRuntime } from '../support/calibration-runtime.ts'
import { transformerNetwork } from '../support/transformer-network.ts'
import { runFrozen } from '../support/run-frozen.ts'

const runtime = calibrationRuntime()
const { tf } = runtime
const ROWS = 12

function prepared(network: Network) {
  const model = chainModel(network)
  const weights = new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }])) // prettier-ignore
  const shape = inferNetwork(network).shapes.get('input')!
  const random = seededRandom(3, 'x')
  const length = shape.reduce((a, b) => a * b, 1)
  const x = Float32Array.from({ length: ROWS * length }, () => random() * 4 - 2)
  const samples = {
    shape,
    layer: null,
    storage: 'float32' as const,
    normalisation: null,
    load: (rows: readonly number[]) => x.slice(rows[0]! * length, (rows.at(-1)! + 1) * length),
  }
  const parts = frozenParts(network, weights)
  const [exact] = tf.tidy(() => runOperations(tf, parts.graph, tf.tensor(x, [ROWS, ...shape])))
  return { weights, x, samples, parts, exact: exact! }
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
const difference = (a: Float32Array, b: Float32Array) => norm(a.map((value, i) => value - b[i]!)) / norm(b)
const isImage = (network: Network) => (network.layers[0]!.config['shape'] as number[]).length === 3
const networks = Object.entries(operationNetworks()).filter(([, network]) => isImage(network))
const able = networks.filter(([, network]) => int8Refusal(network) === null)

describe.each(able)('%s', (_name, network) => {
  const { weights, x, samples, parts, exact } = prepared(network)

  it('as a program in float32 gives the same', () => {
    const program = floatProgram(parts.graph, 'float32', samples)
    const needsLookups = parts.whole.nodes.some(({ kind }) => kind === 'lookup')
    expect(program === null).toBe(needsLookups)
    if (program !== null) expect(difference(runFrozen(program, x, ROWS), exact)).toBeLessThan(1e-5)
  })

  it('in int8 gives nearly the same', async () => {
    const watch = { isInterrupted: () => false, onBatch: () => undefined, onKernel: () => undefined }
    const rows = Array.from({ length: ROWS }, (_, i) => i)
    const found = await calibrate(runtime, parts, { samples, rows }, watch)
    const program: FrozenProgram = int8Program({ network, weights, samples }, found!)
    expect(difference(runFrozen(program, x, ROWS), exact)).toBeLessThan(0.06)
  })
})

it('what cannot be computed is refused by its layer', () => {
  const refused = networks.filter((each) => !able.includes(each))
  expect(refused.map(([, network]) => int8Refusal(network)!.split(':')[0]).sort()).toEqual([
    'the layer “concatenate_15” (Concatenate)',
    'the layer “layer0” (Activation)',
    'the layer “layer0” (Cropping2D)',
    'the layer “layer0” (PReLU)',
    'the layer “layer0” (PReLU)',
    ...new Array<string>(5).fill('the layer “layer0” (Reshape)'),
    'the layer “layer0” (UpSampling2D)',
    'the layer “layer0” (UpSampling2D)',
    'the layer “layer1” (Normalization)',
    'the layer “prelu_7” (PReLU)',
  ])
  expect(int8Refusal(transformerNetwork())).toMatch(/^its kernels compute images|^the layer/)
})

it.each(['efficientnet-lite0', 'mobilenetv2', 'resnet50', 'lenet', 'mobilenetv3-large', 'efficientnet-b0'])(
  '%s can be computed',
  (type) => {
    const row = ALL_ARCHITECTURES.find((each) => each.type === type)!
    const network = row.build(row.params.schema.parse({}) as never, { kind: 'image', size: 64, channels: 3 })
    expect(int8Refusal(networkUpTo(network, network.features))).toBeNull()
  },
)

it.each(['vit-tiny-16', 'convnext-tiny'])('%s is refused', (type) => {
  const row = ALL_ARCHITECTURES.find((each) => each.type === type)!
  const network = row.build(row.params.schema.parse({}) as never, { kind: 'image', size: 64, channels: 3 })
  expect(int8Refusal(networkUpTo(network, network.features))).toMatch(/^the layer “/)
})
