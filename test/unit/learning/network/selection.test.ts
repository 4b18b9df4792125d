import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Network, Selection } from '../../../../src-main/contract/network.ts'
import { efficientnetLite0 } from '../../../../src-main/learning/architectures/efficientnet-lite0.ts'
import { movesIn, prefixEnd } from '../../../../src-main/learning/network/prefix-end.ts'
import { selectLayers } from '../../../../src-main/learning/network/selection.ts'

const options = efficientnetLite0.params.schema.parse({})
const network: Network = efficientnetLite0.build(options, { kind: 'image', size: 32, channels: 3 })
const names = network.layers.map((layer) => layer.name)
const anyName = fc.constantFrom(...names, ...network.blocks.map((block) => block.name))
const select = (selection: Selection): string[] => {
  const { names: chosen } = selectLayers(network, selection)
  return names.filter((name) => chosen.has(name))
}

describe('selectLayers', () => {
  it('takes a block whole', () => {
    const upTo = select({ upTo: 'block0' })
    expect(upTo).toEqual(names.slice(0, names.indexOf('block1_expand')))
    expect(select({ from: 'block1' })).toEqual(names.slice(upTo.length))
    expect(select({ layers: ['head'] })).toEqual(['head_conv', 'head_conv_bn', 'head_conv_relu', 'head_pool'])
    expect(select({ lastBlocks: 2 })).toEqual(names.filter((name) => /^(block15|head)_/.test(name)))
  })

  it('matches patterns on the names that layers have in the file they came from', () => {
    const layers = network.layers.map((layer, i) => (i === 3 ? { ...layer, title: 'features/0.1:conv' } : layer))
    expect([...selectLayers({ ...network, layers }, { pattern: '/0\\.1:' }).names]).toEqual([layers[3]!.name])
  })

  it('matches patterns on layers and blocks', () => {
    expect(select({ pattern: '^block[34]$' })).toEqual(names.filter((name) => /^block[34]_/.test(name)))
    expect(select({ pattern: '_dw$' })).toHaveLength(16)
  })

  it('is the union of what is given, less the exceptions', () => {
    const selection = fc.record(
      {
        upTo: anyName,
        from: anyName,
        layers: fc.array(anyName, { maxLength: 4 }),
        except: fc.array(anyName, { maxLength: 4 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(selection, (chosen) => {
        const { except = [], ...given } = chosen
        const parts = Object.entries(given).flatMap(([key, value]) => select({ [key]: value } as Selection))
        const without = new Set(select({ layers: except }))
        expect(select(chosen)).toEqual(names.filter((name) => parts.includes(name) && !without.has(name)))
      }),
    )
  })

  it('splits the network in two at every place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), (name) => {
        const before = select({ upTo: name })
        const after = select({ from: name })
        expect([...before, ...after.slice(1)]).toEqual(names)
      }),
    )
  })

  it('names what it does not know, with the nearest that there is', () => {
    expect(selectLayers(network, { upTo: 'blok3' }).problems).toEqual([
      { kind: 'unknown', key: 'upTo', name: 'blok3', suggestions: expect.arrayContaining(['block3']) },
    ])
    expect(selectLayers(network, { pattern: 'nothing' }).problems).toEqual([{ kind: 'no-match', pattern: 'nothing' }])
    expect(selectLayers(network, { pattern: '.' }).problems).toEqual([{ kind: 'all-match', pattern: '.' }])
  })
})

describe('prefixEnd', () => {
  const endFor = (frozen: string[]): string | null => {
    const states = Object.fromEntries(
      names.map((name) => [name, frozen.includes(name) ? 'frozen' : 'trained'] as const),
    )
    return prefixEnd(network, movesIn(states))
  }

  it('ends at a single tensor, after the sum and never inside a residual block', () => {
    expect(endFor(select({ upTo: 'block4' }))).toBe('block4_add')
    expect(endFor(select({ upTo: 'block4_dw_relu' }))).toBe('block3_project_bn')
    expect(endFor(select({ upTo: 'block3_dw_relu' }))).toBe('block3_dw_relu')
    expect(endFor(names)).toBe('head_pool')
  })

  it('is nothing when the first layers are trained, or hold no weights', () => {
    expect(endFor(select({ from: 'block1' }))).toBeNull()
    expect(endFor([])).toBeNull()
  })

  it('is right: nothing that moves feeds it, and everything after gets its input through it', () => {
    const place = new Map(names.map((name, index) => [name, index]))
    fc.assert(
      fc.property(fc.subarray(names.slice(names.length - 40)), (thawed) => {
        const frozen = names.filter((name) => !thawed.includes(name))
        const end = endFor(frozen)
        if (end === null) return
        const at = place.get(end) ?? 0
        const weighted = new Set(['Conv2D', 'DepthwiseConv2D', 'BatchNormalization'])
        const before = network.layers.slice(0, at + 1)
        expect(before.every((layer) => !weighted.has(layer.type) || frozen.includes(layer.name))).toBe(true)
        const later = network.layers.slice(at + 1).flatMap((layer) => layer.inputs)
        expect(later.every((name) => (place.get(name) ?? 0) >= at)).toBe(true)
      }),
    )
  })
})
