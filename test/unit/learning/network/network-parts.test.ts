import { describe, expect, it } from 'vitest'
import type { LayerState, Network } from '../../../../src-main/contract/network.ts'
import { learnsUpTo } from '../../../../src-main/learning/network/learns-up-to.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { networkToOutputs } from '../../../../src-main/learning/network/network-to-outputs.ts'
import { networkUpTo } from '../../../../src-main/learning/network/network-up-to.ts'

/** Two branches of one layer, summed; a head behind the sum and one behind a branch. */
function branches(): Network {
  const net = networkBuilder('net', [3])
  const dense = (name: string, inputs: string[]) => {
    net.block(`block-${name}`, name)
    net.add(name, 'Dense', { units: 3 }, inputs)
  }
  dense('stem', ['input'])
  dense('left', ['stem'])
  dense('right', ['stem'])
  net.block('sum', 'Sum')
  net.add('sum', 'Add', {}, ['left', 'right'])
  dense('one', ['sum'])
  dense('two', ['right'])
  return net.finish('sum', ['one', 'two'])
}

const network = branches()
const namesOf = ({ layers }: Network) => layers.map(({ name }) => name)

describe('the part that one layer depends on', () => {
  it('has that layer as its only output, and the blocks that are left', () => {
    const part = networkUpTo(network, 'two')
    expect(namesOf(part)).toEqual(['input', 'stem', 'right', 'two'])
    expect(part).toMatchObject({ name: 'net', outputs: ['two'], features: 'two' })
    expect(part.blocks.map(({ name }) => name)).toEqual(['input', 'block-stem', 'block-right', 'block-two'])
  })

  it('has each layer once, though two of its layers read it', () => {
    expect(namesOf(networkUpTo(network, 'one'))).toEqual(['input', 'stem', 'left', 'right', 'sum', 'one'])
    expect(namesOf(networkUpTo(network, 'input'))).toEqual(['input'])
  })
})

describe('the part that some outputs depend on', () => {
  it('has these as its outputs, in the order in which they are asked for', () => {
    const part = networkToOutputs(network, ['two', 'left'])
    expect(namesOf(part)).toEqual(['input', 'stem', 'left', 'right', 'two'])
    expect(part.outputs).toEqual(['two', 'left'])
    expect(part.blocks.map(({ name }) => name)).toEqual(
      ['input', 'block-stem', 'block-left', 'block-right', 'block-two'], // prettier-ignore
    )
  })

  it('keeps its features where they are within it, else ends with its last layer', () => {
    expect(networkToOutputs(network, ['one']).features).toBe('sum')
    expect(networkToOutputs(network, ['two']).features).toBe('two')
  })

  it('begins with the input, needed or not', () => {
    const lone = { ...network, layers: [...network.layers, { ...network.layers[1]!, name: 'lone', inputs: [] }] }
    expect(namesOf(networkToOutputs(lone, ['lone']))).toEqual(['input', 'lone'])
  })
})

describe('whether what a layer gives depends on weights that learn', () => {
  const states = {
    input: 'fresh',
    stem: 'frozen',
    left: 'trained',
    right: 'frozen',
    sum: 'fresh',
    two: 'frozen',
  } as const

  it('its own or those before it, not those beside it', () => {
    const learns = (layer: string, more: Record<string, LayerState> = {}) =>
      learnsUpTo(network, { ...states, ...more }, layer)
    expect([learns('stem'), learns('right'), learns('two')]).toEqual([false, false, false])
    expect([learns('left'), learns('sum'), learns('one')]).toEqual([true, true, true])
    expect(learns('sum', { left: 'frozen' })).toBe(false)
    expect(learns('right', { right: 'fresh' })).toBe(true)
  })
})
