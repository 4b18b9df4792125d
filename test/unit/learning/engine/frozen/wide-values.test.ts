import { describe, expect, test } from 'vitest'
import type { FrozenNode } from '../../../../../src-main/learning/engine/frozen/frozen-node.ts'
import { ONE_PLACE } from '../../../../../src-main/learning/engine/frozen/kernel-node.ts'
import { wideValues } from '../../../../../src-main/learning/engine/frozen/wide-values.ts'

const shape = { height: 4, width: 4, channels: 8 }
const numbers = { weights: () => new Float32Array(), bias: () => new Float32Array() }

type Kernel = Extract<FrozenNode, { kind: 'convolution' | 'depthwise' }>

/** A linear 1x1 convolution, but for `more`. */
function kernel(name: string, input: string, more: Partial<Kernel> = {}): FrozenNode {
  const plain = { ...ONE_PLACE, ...numbers, low: -Infinity, high: Infinity, groups: 1, added: null }
  return { name, input, shape, kind: 'convolution', ...plain, ...more } as FrozenNode
}

const relu6 = { low: 0, high: 6 }
const input = { name: 'input', shape, scale: new Float64Array(8), shift: new Float64Array(8) }
const wide = (nodes: readonly FrozenNode[]) => [...wideValues({ input, nodes, output: nodes.at(-1)!.name })]

test('linear results and residual sums of inverted residual blocks are wide', () => {
  const block = (from: string, n: number, added: string | null) => [
    kernel(`expand${n}`, from, relu6),
    kernel(`depthwise${n}`, `expand${n}`, { kind: 'depthwise', groups: 8, size: [3, 3], pads: [1, 1], ...relu6 }),
    kernel(`project${n}`, `depthwise${n}`, { added }),
  ]
  const nodes = [...block('input', 1, null), ...block('project1', 2, 'project1'), kernel('head', 'project2', relu6)]
  expect(wide(nodes)).toEqual(['project1', 'project2'])
})

test('a sum with a bound, as ResNets have it, is wide', () => {
  const nodes = [
    kernel('first', 'input'),
    kernel('sum', 'first', { added: 'first', low: 0 }),
    kernel('last', 'sum', relu6),
  ]
  expect(wide(nodes)).toEqual(['first', 'sum'])
})

describe('not wide is a linear result that', () => {
  test.each<[string, FrozenNode]>([
    ['a larger window reads', kernel('reader', 'linear', { size: [3, 3] })],
    ['a depthwise kernel reads', kernel('reader', 'linear', { kind: 'depthwise', groups: 8 })],
    ['a depthwise kernel adds', kernel('reader', 'input', { kind: 'depthwise', groups: 8, added: 'linear' })],
    ['an activation by a table reads', { name: 'reader', input: 'linear', shape, kind: 'lookup', of: Math.tanh }],
    ['a pool reads', { name: 'reader', input: 'linear', shape, kind: 'maxPool', ...ONE_PLACE }],
  ])('%s', (_what, reader) => {
    expect(wide([kernel('linear', 'input'), reader])).toEqual([])
    // Beside one that could.
    expect(wide([kernel('linear', 'input'), kernel('other', 'linear'), reader])).not.toContain('linear')
  })

  test('comes out', () => expect(wide([kernel('linear', 'input')])).toEqual([]))

  test('has more channels than sums of 12 bits are sure to hold', () => {
    const linear = (channels: number) => kernel('linear', 'input', { shape: { ...shape, channels } })
    expect(wide([linear(1024), kernel('reader', 'linear')])).toEqual(['linear'])
    expect(wide([linear(1025), kernel('reader', 'linear')])).toEqual([])
  })
})
