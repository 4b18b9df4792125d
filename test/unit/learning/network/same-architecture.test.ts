import { describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { sameArchitecture } from '../../../../src-main/learning/network/same-architecture.ts'

interface Made {
  prefix?: string
  config?: Record<string, unknown>
  last?: 'ReLU' | 'Activation'
  sum?: [string, string]
  output?: string
}

function made({ prefix = '', config = { units: 3 }, last = 'ReLU', sum = ['a', 'b'], output = 'd' }: Made): Network {
  const net = networkBuilder(`${prefix}net`, [3])
  const named = (names: string[]) => names.map((name) => prefix + name)
  net.block(`${prefix}body`, 'Body')
  net.add(`${prefix}a`, 'Dense', config)
  net.add(`${prefix}b`, 'Dense', { units: 3 })
  net.add(`${prefix}c`, 'Add', {}, named(sum))
  net.add(`${prefix}d`, last, last === 'ReLU' ? {} : { activation: 'relu' })
  return net.finish(`${prefix}c`, named([output]))
}

const plain = made({})

describe('the same architecture', () => {
  it.each<[string, Made]>([
    ['other names and blocks', { prefix: 'x' }],
    ['other initialisers', { config: { units: 3, kernel_initializer: 'he_normal' } }],
    ['Keras’ defaults written out', { config: { units: 3, use_bias: true, activation: 'linear' } }],
    ['arguments in another order', { config: { use_bias: true, units: 3 } }],
  ])('%s', (_, more) => {
    expect(sameArchitecture(plain, made(more))).toBe(true)
    expect(sameArchitecture(made(more), plain)).toBe(true)
  })
})

describe('another architecture', () => {
  it.each<[string, Made]>([
    ['another argument', { config: { units: 3, use_bias: false } }],
    ['another layer type', { last: 'Activation' }],
    ['other inputs', { sum: ['b', 'b'] }],
    ['inputs in another order', { sum: ['b', 'a'] }],
    ['another output', { output: 'c' }],
  ])('%s', (_, more) => {
    expect(sameArchitecture(plain, made(more))).toBe(false)
  })

  it('a layer more, or less', () => {
    const longer = { ...plain, layers: [...plain.layers, { ...plain.layers.at(-1)!, name: 'e', inputs: ['d'] }] }
    expect(sameArchitecture(plain, longer)).toBe(false)
    expect(sameArchitecture(longer, plain)).toBe(false)
  })
})
