import { describe, expect, it } from 'vitest'
import type { Selection } from '../../../../src-main/contract/network.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { layerStates, type StateRules } from '../../../../src-main/learning/plan/layer-states.ts'

/** a to e, each in a block of its own, and a head that the base does not have. */
function network() {
  const net = networkBuilder('net', [3])
  for (const name of ['a', 'b', 'c', 'd', 'e', 'head']) {
    net.block(`block-${name}`, name)
    net.add(name, 'Dense', { units: 3 })
  }
  return net.finish('e')
}

const RULES: StateRules = {
  network: network(),
  added: new Set(['head']),
  fresh: new Set(['head']),
  isPretrained: true,
}

interface Wanted {
  reuse?: Selection
  freeze?: Selection
  train?: Selection
  type?: string
}

function plan({ type = 'fine-tuning', ...selections }: Wanted, rules: Partial<StateRules> = {}) {
  return layerStates({ strategy: { type }, ...selections }, { ...RULES, ...rules })
}

/** In order: input, a to e, head. */
const statesOf = (wanted: Wanted, rules: Partial<StateRules> = {}) =>
  Object.values(plan(wanted, rules).states).join(' ')

describe('of a base with weights', () => {
  it('all reused layers learn; what the base does not have is fresh', () => {
    expect(plan({}).states).toEqual({
      input: 'trained',
      a: 'trained',
      b: 'trained',
      c: 'trained',
      d: 'trained',
      e: 'trained',
      head: 'fresh',
    })
    expect(plan({}).problems).toEqual([])
  })

  it('feature extraction freezes them all, unless the spec says which', () => {
    const type = 'feature-extraction'
    expect(statesOf({ type })).toBe('frozen frozen frozen frozen frozen frozen fresh')
    expect(statesOf({ type, freeze: { upTo: 'b' } })).toBe('frozen frozen frozen trained trained trained fresh')
    expect(statesOf({ type, train: { from: 'e' } })).toBe('frozen frozen frozen frozen frozen trained fresh')
  })

  it('freeze freezes what it names, train all that it does not name', () => {
    expect(statesOf({ freeze: { layers: ['b', 'd'] } })).toBe('trained trained frozen trained frozen trained fresh')
    expect(statesOf({ train: { layers: ['b', 'd'] } })).toBe('frozen frozen trained frozen trained frozen fresh')
  })

  it('a layer outside reuse is fresh, frozen or not', () => {
    expect(statesOf({ reuse: { upTo: 'b' } })).toBe('trained trained trained fresh fresh fresh fresh')
    expect(statesOf({ reuse: { upTo: 'b' }, freeze: { all: true } })).toBe(
      'frozen frozen frozen fresh fresh fresh fresh',
    )
  })

  it('a layer whose weights do not fit is fresh, whatever is asked for', () => {
    const fresh = new Set(['head', 'c'])
    expect(statesOf({ freeze: { all: true } }, { fresh })).toBe('frozen frozen frozen fresh frozen frozen fresh')
  })

  it('a selection that says nothing is none', () => {
    const nothing: Selection[] = [{}, { all: false }, { all: undefined, upTo: undefined }]
    for (const selection of nothing) {
      expect(statesOf({ freeze: selection })).toBe(statesOf({}))
      expect(statesOf({ train: selection })).toBe(statesOf({}))
      expect(statesOf({ reuse: selection })).toBe(statesOf({}))
      const type = 'feature-extraction'
      expect(statesOf({ type, freeze: selection })).toBe(statesOf({ type }))
    }
    // An empty list is a choice: nothing is trained.
    expect(statesOf({ train: { layers: [] } })).toBe('frozen frozen frozen frozen frozen frozen fresh')
  })
})

describe('of an architecture', () => {
  const isPretrained = false

  it('every layer is fresh, with feature extraction, too', () => {
    const all = 'fresh fresh fresh fresh fresh fresh fresh'
    expect(statesOf({}, { isPretrained })).toBe(all)
    expect(statesOf({ type: 'feature-extraction' }, { isPretrained })).toBe(all)
    expect(statesOf({ reuse: { upTo: 'b' } }, { isPretrained })).toBe(all)
  })

  it('a layer can be frozen at its random start', () => {
    expect(statesOf({ freeze: { layers: ['a'] } }, { isPretrained })).toBe('fresh frozen fresh fresh fresh fresh fresh')
    expect(statesOf({ train: { from: 'c' } }, { isPretrained })).toBe('frozen frozen frozen fresh fresh fresh fresh')
  })
})

describe('problems', () => {
  it('of all three selections, in their order', () => {
    const wanted = { train: { upTo: 'y' }, freeze: { upTo: 'x' }, reuse: { upTo: 'w' } }
    expect(plan(wanted).problems.map(({ message }) => message.slice(0, 14))).toEqual([
      '`reuse.upTo`: ',
      '`freeze.upTo`:',
      '`train.upTo`: ',
    ])
  })

  it('layers named by freeze and by train stay frozen, and are told: the first three by name', () => {
    const both = (names: string[]) => plan({ freeze: { all: true }, train: { layers: names } })
    expect(both(['b']).states['b']).toBe('frozen')
    expect(both(['b']).problems).toEqual([
      {
        level: 'warn',
        code: 'freeze-and-train',
        message: 'Both `freeze` and `train` name b; they stay frozen.',
        fix: { title: 'Train them', patch: { freeze: null } },
      },
    ])
    expect(both(['a', 'b', 'c']).problems[0]!.message).toBe('Both `freeze` and `train` name a, b, c; they stay frozen.')
    expect(both(['a', 'b', 'c', 'd', 'e']).problems[0]!.message).toBe(
      'Both `freeze` and `train` name a, b, c and 2 more; they stay frozen.',
    )
  })

  it('freeze and train may name different layers', () => {
    const { states, problems } = plan({ freeze: { layers: ['a'] }, train: { layers: ['c'] } })
    expect(problems).toEqual([])
    expect([states['a'], states['b'], states['c']]).toEqual(['frozen', 'frozen', 'trained'])
  })
})
