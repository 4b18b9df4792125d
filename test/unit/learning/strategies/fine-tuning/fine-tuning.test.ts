import { describe, expect, it } from 'vitest'
import type { Layer, LayerState, Network } from '../../../../../src-main/contract/network.ts'
import { fineTuning } from '../../../../../src-main/learning/strategies/fine-tuning/fine-tuning.ts'
import { rateGroups } from '../../../../../src-main/learning/strategies/fine-tuning/rate-groups.ts'
import type { Phase } from '../../../../../src-main/learning/engine/step/phase.ts'
import { strategyContext } from '../../../../support/strategy-context.ts'

/** Four dense blocks a, b, c, d and a head. */
const chain: Network = (() => {
  const names = ['a', 'b', 'c', 'd', 'head']
  const dense = (name: string, i: number): Layer => ({
    name,
    type: 'Dense',
    config: { units: 3 },
    inputs: [i === 0 ? 'input' : names[i - 1]!],
    block: name,
  })
  const input: Layer = { name: 'input', type: 'InputLayer', config: { shape: [4] }, inputs: [], block: 'input' }
  return {
    name: 'chain',
    blocks: ['input', ...names].map((name) => ({ name, label: name })),
    layers: [input, ...names.map(dense)],
    outputs: ['head'],
    features: 'd',
  }
})()

const states = (frozen: readonly string[] = []): Record<string, LayerState> =>
  Object.fromEntries(
    chain.layers.map(({ name }) => [
      name,
      name === 'head' ? 'fresh' : frozen.includes(name) || name === 'input' ? 'frozen' : 'trained',
    ]),
  )

function phases(values: Record<string, unknown>, epochs = 10, frozen: readonly string[] = []): Phase[] {
  return fineTuning.phases!(strategyContext(chain, states(frozen), { epochs }), fineTuning.params.schema.parse(values))
}

const ratesOf = (phase: Phase, names: string[]) => names.map((name) => phase.rateFactor.get(name) ?? 1)

describe('rates of groups', () => {
  it('geometric steps from the lowest share to the full rate, the head’s', () => {
    const [, all] = phases({ rateRule: 'geometric', lowestRateShare: 0.0001 })
    const rates = ratesOf(all!, ['a', 'b', 'c', 'd', 'head'])
    // G = 5: (1e-4)^((4 - g) / 4)
    ;[1e-4, 1e-3, 1e-2, 1e-1, 1].forEach((wanted, g) => expect(rates[g]).toBeCloseTo(wanted, 10))
  })

  it('as fastai’s slice(lr / 100, lr) over two halves and a head', () => {
    const [, all] = phases({ rateRule: 'geometric', rateGroups: 2 })
    // even_mults(.01, 1, 3) = .01, .1, 1
    const rates = ratesOf(all!, ['a', 'b', 'c', 'd', 'head'])
    ;[0.01, 0.01, 0.1, 0.1, 1].forEach((wanted, i) => expect(rates[i]).toBeCloseTo(wanted, 10))
  })

  it('a fixed share per block, the topmost at the full rate', () => {
    const [, all] = phases({ learningRateDecayPerBlock: 0.5, headLearningRateFactor: 10 })
    expect(ratesOf(all!, ['a', 'b', 'c', 'd', 'head'])).toEqual([0.125, 0.25, 0.5, 1, 10])
  })

  it('groups hold whole neighbouring blocks that learn, never more groups than blocks', () => {
    expect(rateGroups(strategyContext(chain, states(['a'])), 2)).toEqual([['b', 'c'], ['d']])
    expect(rateGroups(strategyContext(chain, states()), 9)).toEqual([['a'], ['b'], ['c'], ['d']])
  })
})

describe('gradual unfreezing', () => {
  it('one group more each epoch, from the head down, then all', () => {
    const plan = phases({ unfreezeEvery: 1, headEpochs: 1 }, 8)
    expect(plan.map(({ name, epochs }) => [name, epochs])).toEqual([
      ['head', 1],
      ['unfreeze 1 of 4', 1],
      ['unfreeze 2 of 4', 1],
      ['unfreeze 3 of 4', 1],
      ['fine-tune', 4],
    ])
    expect(plan.map(({ trained }) => [...trained].sort().join(''))).toEqual([
      'head',
      'dhead',
      'cdhead',
      'bcdhead',
      'abcdhead',
    ])
    expect(plan.map(({ cachedUpTo }) => cachedUpTo)).toEqual(['d', 'c', 'b', 'a', null])
  })

  it('ends with the run where there are fewer epochs than groups', () => {
    const plan = phases({ unfreezeEvery: 2, headEpochs: 1 }, 4)
    expect(plan.map(({ epochs }) => epochs)).toEqual([1, 2, 1])
    expect(plan.reduce((sum, { epochs }) => sum + epochs, 0)).toBe(4)
  })

  it('is off by default: the head, then all', () => {
    expect(phases({}).map(({ name, epochs }) => [name, epochs])).toEqual([
      ['head', 1],
      ['fine-tune', 9],
    ])
  })
})

describe('the pull to the start', () => {
  it('is an objective of every phase, and absent by default', () => {
    expect(phases({}).every(({ objective }) => objective === undefined)).toBe(true)
    const plan = phases({ startingPointPenalty: 0.1 })
    expect(plan.map(({ objective }) => objective?.metrics)).toEqual([['penalty'], ['penalty']])
  })
})
