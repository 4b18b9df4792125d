import { describe, expect, it } from 'vitest'
import type { Network, Selection } from '../../../../src-main/contract/network.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { matchLayers, selectLayers } from '../../../../src-main/learning/network/selection.ts'

/** Two blocks with weights, one without, and a head within the second block that the base does not have. */
function smallNetwork(): Network {
  const net = networkBuilder('net', [3])
  net.block('low', 'Low')
  net.add('a', 'Dense', { units: 3 })
  net.add('a_relu', 'ReLU')
  net.block('high', 'High')
  net.add('b', 'Dense', { units: 3 })
  net.add('c', 'Dense', { units: 3 })
  net.block('plain', 'Plain')
  net.add('c_relu', 'ReLU')
  const network = net.finish('c_relu')
  const head = { name: 'head', type: 'Dense' as const, config: { units: 2 }, inputs: ['c_relu'], block: 'high' }
  return { ...network, layers: [...network.layers, head] }
}

const network = smallNetwork()
const select = (selection: Selection) => selectLayers(network, selection, new Set(['head']))
const namesOf = (selection: Selection) => {
  const { names } = select(selection)
  return network.layers.map(({ name }) => name).filter((name) => names.has(name))
}

describe('selectLayers', () => {
  it('all, or none', () => {
    expect(namesOf({ all: true })).toEqual(['input', 'a', 'a_relu', 'b', 'c', 'c_relu', 'head'])
    expect(namesOf({ all: false })).toEqual([])
    expect(namesOf({})).toEqual([])
    expect(select({}).problems).toEqual([])
  })

  it('up to a layer or the end of a block, both included', () => {
    expect(namesOf({ upTo: 'b' })).toEqual(['input', 'a', 'a_relu', 'b'])
    expect(namesOf({ upTo: 'low' })).toEqual(['input', 'a', 'a_relu'])
    expect(namesOf({ upTo: 'input' })).toEqual(['input'])
  })

  it('from a layer or the beginning of a block on', () => {
    expect(namesOf({ from: 'c' })).toEqual(['c', 'c_relu', 'head'])
    expect(namesOf({ from: 'low' })).toEqual(['a', 'a_relu', 'b', 'c', 'c_relu', 'head'])
  })

  it('the last blocks with weights, whole, without what the base does not have', () => {
    expect(namesOf({ lastBlocks: 1 })).toEqual(['b', 'c'])
    expect(namesOf({ lastBlocks: 2 })).toEqual(['a', 'a_relu', 'b', 'c'])
    expect(namesOf({ lastBlocks: 9 })).toEqual(['a', 'a_relu', 'b', 'c'])
    expect(selectLayers(network, { lastBlocks: 1 }).names).toEqual(new Set(['b', 'c', 'head']))
  })

  it('single layers and blocks, and those that a pattern matches', () => {
    expect(namesOf({ layers: ['a', 'plain'] })).toEqual(['a', 'c_relu'])
    expect(namesOf({ pattern: 'relu$' })).toEqual(['a_relu', 'c_relu'])
    expect(namesOf({ pattern: '^low$' })).toEqual(['a', 'a_relu'])
  })

  it('the union of these, less the exceptions', () => {
    const given = { upTo: 'a', pattern: 'relu', layers: ['c'] }
    expect(namesOf(given)).toEqual(['input', 'a', 'a_relu', 'c', 'c_relu'])
    expect(namesOf({ ...given, except: ['low', 'c'] })).toEqual(['input', 'c_relu'])
  })

  it('names that there are have no problem; those of a pattern are told', () => {
    expect(select({ upTo: 'b', from: 'plain', layers: ['a', 'low'], except: ['c'] }).problems).toEqual([])
    expect(select({ pattern: 'x' }).problems).toEqual([{ kind: 'no-match', pattern: 'x' }])
  })

  it('names that nothing has take nothing, and are told with the nearest', () => {
    const wrong: Selection = { upTo: 'b_relu', from: 'lox', layers: ['elsewhere'], except: ['hhigh'], all: true }
    const { names, problems } = select(wrong)
    expect(names.size).toBe(7)
    expect(problems).toEqual([
      { kind: 'unknown', key: 'upTo', name: 'b_relu', suggestions: ['a_relu', 'c_relu'] },
      { kind: 'unknown', key: 'from', name: 'lox', suggestions: expect.arrayContaining(['low']) as string[] },
      { kind: 'unknown', key: 'layers', name: 'elsewhere', suggestions: [] },
      { kind: 'unknown', key: 'except', name: 'hhigh', suggestions: ['high'] },
    ])
    expect(namesOf({ upTo: 'elsewhere' })).toEqual([])
    expect(namesOf({ from: 'elsewhere' })).toEqual([])
  })
})

describe('matchLayers', () => {
  it('looks at the names that layers have in the file they came from, too', () => {
    const layers = network.layers.map((layer, i) => (i === 3 ? { ...layer, title: 'features/0.1:conv' } : layer))
    expect([...matchLayers(layers, '/0\\.1:').names]).toEqual([layers[3]!.name])
  })

  it('nothing matched, everything but the input, and a pattern that is none', () => {
    const match = (text: string) => matchLayers(network.layers, text)
    expect(match('x')).toEqual({ names: new Set(), problems: [{ kind: 'no-match', pattern: 'x' }] })
    const { names, problems } = match('^(a|b|c|head)')
    expect([names.size, problems]).toEqual([6, [{ kind: 'all-match', pattern: '^(a|b|c|head)' }]])
    expect(match('^(a|b|c)').problems).toEqual([])
    expect(match('a(')).toEqual({
      names: new Set(),
      problems: [{ kind: 'pattern', message: 'This bracket "(" is never closed.', position: 1 }],
    })
  })
})
