import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { unpackFloat32 } from '../../src-main/base/packed-numbers.ts'
import type { Explanation } from '../../src-main/contract/explanations.ts'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import type { ChildMessage, ExplainJob, ModelFiles } from '../../src-main/contract/trainer.ts'
import { float32Tensor, sha256OfFile, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runExplain } from '../../src-main/trainer/jobs/explain.ts'
import { temporaryFolder } from '../support/toy-run.ts'

/** Everything here is arithmetic by hand: a 1x1 convolution x -> (x, 2 x) of 4 x 4 grey pixels, their mean, and linear heads. */

const folder = temporaryFolder()
const HEADS: ModelFiles['heads'] = [
  { name: 'kind', column: 'kind', type: 'classification', classes: ['cat', 'dog'] },
  { name: 'size', column: 'size', type: 'regression', classes: [], scale: { mean: 100, std: 10 } },
  { name: 'seen', column: 'seen', type: 'tags', classes: ['a', 'b', 'c'], thresholds: [0.5, 0.5, 0.9] },
]
/** [features, outputs] of the heads. */
const KERNELS = [
  [1, -1, 0.5, 0],
  [2, 0],
  [4, -4, 0, 0, 0, 1],
]

const layer = (name: string, type: LayerType, config: object, ...inputs: string[]): Layer => {
  return { name, type, config: config as Record<string, unknown>, inputs, block: 'all' }
}

const network: Network = {
  name: 'by-hand',
  blocks: [{ name: 'all', label: 'All' }],
  layers: [
    layer('input', 'InputLayer', { shape: [4, 4, 1] }),
    layer('conv', 'Conv2D', { filters: 2, kernel_size: [1, 1], use_bias: false }, 'input'),
    layer('pool', 'GlobalAveragePooling2D', {}, 'conv'),
    ...HEADS.map(({ name, classes }) => {
      return layer(name, 'Dense', { units: Math.max(1, classes.length), use_bias: false }, 'pool')
    }),
  ],
  outputs: HEADS.map(({ name }) => name),
  features: 'pool',
}

let model: ModelFiles
let picture: string

beforeAll(async () => {
  const path = join(folder, 'by-hand.safetensors')
  const kernels = HEADS.map(({ name }, i) => {
    const values = Float32Array.from(KERNELS[i]!)
    return float32Tensor(`${name}/kernel`, [2, values.length / 2], values)
  })
  writeSafetensors(path, [float32Tensor('conv/kernel', [1, 1, 1, 2], Float32Array.of(1, 2)), ...kernels])
  const preprocessing = { kind: 'image' as const, height: 4, width: 4, channels: 1 as const, mean: [0], std: [1], resize: 'cover' as const } // prettier-ignore
  model = { network, preprocessing, heads: HEADS, weights: { path, sha256: await sha256OfFile(path) } }
  // Wider than high: the network sees its middle. One white pixel, which is at row 1, column 3 of what it sees.
  const pixels = new Uint8Array(8 * 4)
  pixels[8 + 5] = 255
  picture = join(folder, 'white-dot.png')
  await sharp(pixels, { raw: { width: 8, height: 4, channels: 1 } }).png().toFile(picture) // prettier-ignore
})

async function explain(ask: ExplainJob['ask'], more: Partial<ExplainJob> = {}): Promise<Explanation> {
  const messages: ChildMessage[] = []
  const send = (message: ChildMessage) => Promise.resolve(void messages.push(message))
  const context = { send, signal: new AbortController().signal } as unknown as JobContext
  const place = { path: picture, pack: null, row: null }
  await runExplain({ kind: 'explain', model, picture: place, labels: [], ask, threads: 1, ...more }, context)
  const [last] = messages.filter((message) => message.type === 'explained')
  return last!.explanation
}

const DOT = 1 * 4 + 3
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** 0 but for the white pixel. */
function expectDot(map: Explanation['maps'][number] | undefined, value: number): void {
  const wanted = new Float32Array(16)
  wanted[DOT] = value
  expect([map!.rows, map!.columns]).toEqual([4, 4])
  unpackFloat32(map!.values).forEach((heat, i) => expect(heat).toBeCloseTo(wanted[i]!, 6))
}

describe('what a model looks at', () => {
  test('lies over the part of the picture that it sees', async () => {
    const { picture: size, seen, input } = await explain({})
    expect(size).toEqual({ width: 8, height: 4 })
    expect(seen).toEqual({ left: 2, top: 0, width: 4, height: 4 })
    expect(input).toEqual({ width: 4, height: 4 })
  })

  test('by Grad-CAM: for the predicted class, and the labelled one where that is another', async () => {
    const right = await explain({}, { labels: ['cat', null, null] })
    expect([right.method, right.layer, right.predicted, right.expected]).toEqual(['gradcam', 'conv', ['cat'], 'cat'])
    expect(right.maps.map((map) => map.class)).toEqual(['cat'])
    // a = (1, 0.5) / 16 and A = (1, 2).
    expectDot(right.maps[0], 2 / 16)
    const wrong = await explain({}, { labels: ['dog', null, null] })
    expect(wrong.maps.map((map) => map.class)).toEqual(['cat', 'dog'])
    // -1/16 speaks against it, which ReLU leaves out.
    expectDot(wrong.maps[1], 0)
    // Not a class of the run: there is nothing to show for it.
    expect((await explain({}, { labels: ['bird', null, null] })).maps.length).toBe(1)
  })

  test('by occlusion: what is lost of the probability, or of a number in its own unit', async () => {
    const asked = { method: 'occlusion', patch: 1, stride: 1, fill: 0 } as const
    const share = await explain(asked)
    // The logits are 0.125 and -0.0625.
    expectDot(share.maps[0], sigmoid(0.1875) - 0.5)
    expect(share.answer.classes[0]).toEqual({ name: 'cat', probability: expect.closeTo(sigmoid(0.1875), 6) })
    const size = await explain({ ...asked, head: 'size' }, { labels: [null, 99, null] })
    expect([size.answer.value, size.expected, size.predicted]).toEqual([expect.closeTo(101.25, 5), 99, []])
    expect(size.maps.map((map) => map.class)).toEqual([null])
    expectDot(size.maps[0], 1.25)
  })

  test('by occlusion in the colour of the picture, where no grey is asked for', async () => {
    const { maps, patch, stride } = await explain({ method: 'occlusion' })
    // A seventh of 4 pixels, and half of that; the mean of the picture is 1/16.
    expect([patch, stride]).toEqual([1, 1])
    const covered = sigmoid(0.1875 / 16)
    expect(unpackFloat32(maps[0]!.values)[DOT]).toBeCloseTo(sigmoid(0.1875) - covered, 6)
    // Covering a black pixel makes it lighter, which speaks for the class.
    expect(maps[0]!.least).toBeLessThan(0)
  })

  test('of tags: those that are said to be there, and those that are labelled', async () => {
    const { predicted, maps, expected } = await explain({ head: 'seen' }, { labels: [null, null, ['c']] })
    expect([predicted, expected, maps.map((map) => map.class)]).toEqual([['a'], ['c'], ['a', 'c']])
    expectDot(maps[0], 4 / 16)
    expectDot(maps[1], 2 / 16)
  })

  test('as a picture, side by side', async () => {
    const { overlay } = await explain({ overlay: true, classes: ['cat', 'dog'] })
    const { data, info } = await sharp(Buffer.from(overlay!, 'base64')).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([448 * 2 + 8, 224, 3])
    // The middle of the white pixel is lightest in the first and dark in the second, what is not seen is black here.
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
    expect(Math.min(...at(5.5 * 56, 1.5 * 56))).toBeGreaterThan(180)
    expect(Math.max(...at(456 + 5.5 * 56, 1.5 * 56))).toBeLessThan(110)
    expect(at(20, 20)).toEqual([0, 0, 0])
  })
})

describe('is refused in a sentence', () => {
  test.each([
    ['a head', { head: 'other' }, /head of the model\. Received: other/],
    ['a class', { classes: ['cats'] }, /class that the model knows\. Received: cats/],
    ['a layer', { layer: 'pool' }, /layer behind a convolution, with height and width\. Received: pool/],
    ['too many patches', { method: 'occlusion', patch: 3, stride: 4 }, /steps no longer than the patch/],
    ['attention of a network that has none', { method: 'rollout' }, /no vision transformer/],
  ] as const)('%s', async (_what, ask, words) => {
    await expect(explain({ ...ask, classes: 'classes' in ask ? [...ask.classes] : undefined })).rejects.toMatchObject({
      code: 'E_EXPLAIN',
      message: expect.stringMatching(words),
    })
  })

  test('a tree, and a table', async () => {
    const tests = layer('tree_tests', 'Dense', { units: 2, use_bias: false }, 'pool')
    const tree = { ...model, network: { ...network, layers: [...network.layers, tests] } }
    await expect(explain({}, { model: tree })).rejects.toMatchObject({ message: expect.stringContaining('decision tree') }) // prettier-ignore
    const table = { ...model, preprocessing: { kind: 'table' as const, columns: [] } }
    await expect(explain({}, { model: table })).rejects.toMatchObject({ message: expect.stringContaining('tables') })
  })
})
