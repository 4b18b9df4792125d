import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { frozenLayers } from '../../bench/layers/frozen-layers.ts'
import { boundOf, groupLayers, keyOf } from '../../bench/layers/group-layers.ts'
import { limitsTable, writeLimits } from '../../bench/layers/limits-table.ts'
import { readOneDnn } from '../../bench/layers/read-onednn.ts'
import { readOnnxProfile } from '../../bench/layers/read-onnx-profile.ts'

/** A line as TensorFlow's oneDNN writes it. */
const line = (primitive: string, problem: string, milliseconds: number) =>
  `onednn_verbose,v1,primitive,exec,cpu,${primitive},some:avx512_core,forward_training,src:f32::blocked:acdb::f0,attr-scratchpad:user,alg:any,${problem},${milliseconds}`

test('lines of oneDNN become kinds, sides, operations and median times of one image', () => {
  const depthwise = 'g32mb8_ic32oc32_ih112oh112kh3sh1dh0ph1_iw112ow112kw3sw1dw0pw1'
  const pointwise = 'mb8_ic32oc16_ih112oh112kh1sh1dh0ph0_iw112ow112kw1sw1dw0pw0'
  const layers = readOneDnn(
    [
      'onednn_verbose,v1,info,oneDNN v3.7.3',
      line('convolution', depthwise, 4),
      line('convolution', depthwise, 400),
      line('convolution', depthwise, 4.8),
      line('convolution', depthwise, 4.4),
      line('convolution', pointwise, 1.6),
      'no line of it',
    ],
    { images: 32, cores: 1 },
  )
  expect(layers).toEqual([
    {
      kind: 'depthwise 3x3',
      side: 112,
      operations: 2 * 9 * 32 * 112 * 112,
      values: 2 * 32 * 112 * 112,
      milliseconds: expect.closeTo((4 * 4.6) / 32, 9) as number,
    },
    // Eight of the 32 images.
    {
      kind: '1x1',
      side: 112,
      operations: (2 * 32 * 16 * 112 * 112) / 4,
      values: (48 * 112 * 112) / 4,
      milliseconds: expect.closeTo(1.6 / 32, 9) as number,
    },
  ])
})

test('products of matrices count what they multiply, those of heads as attention, on all cores that share them', () => {
  const lines = [
    line('inner_product', 'mb197ic384oc1152', 1),
    line('matmul', '394x384:384x1536', 1),
    line('matmul', '2x6x197x64:2x6x64x197', 1),
    line('softmax', '2x6x197x197', 1),
  ]
  const layers = readOneDnn(lines, { images: 2, cores: 2 })
  expect(layers.map(({ kind, operations, milliseconds }) => [kind, operations, milliseconds])).toEqual([
    ['product', 197 * 384 * 1152, 1],
    ['product', 394 * 384 * 1536, 1],
    ['attention', 2 * 6 * 197 * 64 * 197, 1],
    ['softmax', 0, 1],
  ])
  expect(layers.at(-1)!.values).toBe(2 * 6 * 197 * 197)
})

/** As ONNX Runtime writes it. */
const event = (name: string, dur: number, op: string, inputs: number[][], output: number[]) => ({
  ...{ cat: 'Node', pid: 1, name: `${name}_kernel_time`, dur },
  args: {
    op_name: op,
    provider: 'CPUExecutionProvider',
    input_type_shape: inputs.map((shape) => ({ float: shape })),
    output_type_shape: [{ float: output }],
  },
})

test('events of ONNX Runtime become the same kinds, channels first or last', () => {
  const first = [[32, 3, 96, 96], [32, 3, 3, 3], [32]]
  const quantised = [[32, 48, 48, 32], [], [], [32, 1, 3, 3]]
  const layers = readOnnxProfile(
    [
      { cat: 'Session', name: 'model_run', dur: 9, args: {} },
      event('stem', 9000, 'Conv', first, [32, 32, 48, 48]),
      event('stem', 3200, 'Conv', first, [32, 32, 48, 48]),
      event('stem', 3000, 'Conv', first, [32, 32, 48, 48]),
      event('depthwise', 640, 'QLinearConv', quantised, [32, 48, 48, 32]),
      event(
        'product',
        320,
        'Gemm',
        [
          [32, 1280],
          [1280, 10],
        ],
        [32, 10],
      ),
      event('mean', 32, 'ReduceMean', [[32, 32, 48, 48]], [32, 32]),
    ],
    32,
    2,
  )
  expect(layers.map(({ kind, side, operations }) => [kind, side, operations])).toEqual([
    ['3x3', 48, 2 * 27 * 32 * 48 * 48],
    ['depthwise 3x3', 48, 2 * 9 * 32 * 48 * 48],
    ['product', null, 2 * 1280 * 10],
    ['pooling', null, 0],
  ])
  expect(layers[0]!.milliseconds).toBeCloseTo((3.2 * 2) / 32)
})

test('steps of a frozen program have the kinds of the layers that they are', () => {
  const tensor = (height: number, channels: number) => ({
    ...{ name: 't', height, width: height, channels },
    ...{ zeroPoint: 0, scale: 1, isFloat: false },
  })
  const kernel = { weights: new Int8Array(), bias: new Int32Array(), multipliers: new Float32Array(), added: null }
  const windows = { strides: [1, 1], dilations: [1, 1], pads: [0, 0], low: 0, high: 255 } as const
  const program: FrozenProgram = {
    precision: 'int8',
    tensors: [tensor(8, 3), tensor(8, 3), tensor(8, 16), tensor(4, 16)],
    steps: [
      { kind: 'input', input: 0, output: 1, a: new Float32Array(3), b: new Float32Array(3), takes: 'uint8' },
      { kind: 'convolution', input: 1, output: 2, groups: 1, size: [1, 1], ...windows, ...kernel },
      { kind: 'depthwise', input: 2, output: 3, size: [5, 5], ...windows, ...kernel },
    ],
  }
  const layers = frozenLayers(program, [100, 2000, 4000], 10)
  expect(layers.map(({ kind, operations, milliseconds }) => [kind, operations, milliseconds])).toEqual([
    ['input and output', 0, 0.01],
    ['1x1', 2 * 64 * 3 * 16, 0.2],
    ['depthwise 5x5', 2 * 25 * 16 * 16, 0.4],
  ])
})

const WORK = { kind: '1x1', side: 14, operations: 6e6, values: 1000, milliseconds: 1 }

test('a roof is what lies higher: arithmetic at the peak, or numbers at the bandwidth', () => {
  const [group] = groupLayers([WORK, { ...WORK, milliseconds: 2 }, { ...WORK, side: 7 }])
  expect(group).toEqual({ kind: '1x1', side: 14, operations: 12e6, values: 2000, milliseconds: 3 })
  expect(keyOf(group!)).toBe('1x1 at 14')
  // 12 million operations take 1.2 ms at 10 billion a second, 8,000 bytes 0.8 ms at 10 million.
  expect(boundOf(group!, { operations: 1e10, bytes: 1e7 }, 4)).toEqual({
    by: 'arithmetic',
    share: expect.closeTo(0.4, 9) as number,
    reason: null,
  })
  expect(boundOf(group!, { operations: 1e10, bytes: 4e6 }, 4)).toEqual({
    by: 'memory',
    share: expect.closeTo(2 / 3, 9) as number,
    reason: null,
  })
})

test('where neither roof bounds, what is known to is said: a cache, or the weaving of depthwise kernels', () => {
  const peak = { operations: 1e10, bytes: 1e6 }
  const of = (kind: string, width: number, values: number) => boundOf({ ...WORK, kind, values, milliseconds: 2 }, peak, width).reason // prettier-ignore
  // 6 million operations take 0.6 ms of 2; a number of 4 bytes 4 microseconds.
  expect(of('1x1', 4, 1000)).toBe('cache')
  expect(boundOf({ ...WORK, milliseconds: 0.8, values: 1000 }, peak, 4)).toEqual({ by: 'arithmetic', share: expect.closeTo(0.75, 9) as number, reason: null }) // prettier-ignore
  expect(boundOf({ ...WORK, operations: 0 }, peak, 4)).toEqual({ by: 'memory', share: expect.closeTo(4, 9) as number, reason: 'cache' }) // prettier-ignore
  expect(of('1x1', 4, 400)).toBeNull()
  expect(of('depthwise 5x5', 1, 400)).toBe('weaving')
  expect(of('depthwise 5x5', 4, 100)).toBeNull()
})

test('the table has a row for layers alike, and what no layer shows', () => {
  const peaks = new Map([['float32', { operations: 1e10, bytes: 1e9 }]] as const)
  const own = { layers: [WORK, { ...WORK, kind: 'tiny', milliseconds: 0.001 }], milliseconds: 1.5 }
  const columns = [
    { name: 'graft', precision: 'float32', profile: own },
    { name: 'torch', precision: 'float32', profile: { layers: [{ ...WORK, milliseconds: 2 }], milliseconds: 2 } },
  ] as const
  const table = limitsTable({ title: 'Net', columns, absent: [] }, peaks)
  expect(table.split('\n')).toEqual([
    '| Net | million operations | Graft, float32 | PyTorch, float32 |',
    '| --- | --- | --- | --- |',
    '| 1x1 at 14 | 6.0 | 1.00 (60 % of arithmetic) | 2.00 |',
    '| the rest |  | 0.50 | 0.000 |',
    '| all |  | 1.50 | 2.00 |',
  ])
  const byOther = [{ ...columns[0], profile: { ...own, by: 'TensorFlow' } }]
  const told = limitsTable({ title: 'Net', columns: byOther, absent: ['Graft, int8 (no step for it)'] }, peaks).split(
    '\n',
  )
  expect(told[0]).toBe('| Net | million operations | Graft (TensorFlow), float32 |')
  expect(told.at(-1)).toBe('Not in the table: Graft, int8 (no step for it).')
  const folder = mkdtempSync(join(tmpdir(), 'graft-limits-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'page.md')
  writeFileSync(file, 'before\n<!-- bench:layers -->\nstale\n<!-- /bench:layers -->\nafter\n')
  writeLimits(file, table)
  expect(readFileSync(file, 'utf8')).toBe(
    `before\n<!-- bench:layers -->\n\n${table}\n\n<!-- /bench:layers -->\nafter\n`,
  )
  writeFileSync(file, 'no markers')
  expect(() => writeLimits(file, table)).toThrow('Expected the lines')
})
