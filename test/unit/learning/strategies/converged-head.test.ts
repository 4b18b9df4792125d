import { describe, expect, it } from 'vitest'
import {
  bestOf,
  historyOf,
  isPathOver,
  remember,
} from '../../../../src-main/learning/engine/converge/strength-history.ts'
import { convergedProblems } from '../../../../src-main/learning/strategies/feature-extraction/converged-checks.ts'
import { canExtend } from '../../../../src-main/learning/catalog.ts'
import type { Layer } from '../../../../src-main/contract/network.ts'
import { ExperimentSpec, type ExperimentSpecInput } from '../../../../src-main/contract/spec.ts'

const layer = (name: string, type: Layer['type'], config: Layer['config'], ...inputs: string[]): Layer => ({
  name,
  type,
  config,
  inputs,
  block: 'all',
})

const FROZEN = [
  layer('input', 'InputLayer', { shape: [8, 8, 1] }),
  layer('conv', 'Conv2D', { filters: 4, kernel_size: [3, 3] }, 'input'),
  layer('pool', 'GlobalAveragePooling2D', {}, 'conv'),
]

function problems(
  added: readonly Layer[],
  states: Record<string, string> = {},
  more: Partial<ExperimentSpecInput> = {},
) {
  const layers = [...FROZEN, ...added]
  const network = {
    name: 'net',
    blocks: [{ name: 'all', label: 'all' }],
    layers,
    outputs: added.filter(({ name }) => name.startsWith('head')).map(({ name }) => name),
    features: 'pool',
  }
  const spec = ExperimentSpec.parse({
    dataset: 'd',
    base: 'net',
    strategy: { type: 'feature-extraction', head: 'converged' },
    ...more,
  })
  const fresh = Object.fromEntries(
    layers.map(({ name }) => [name, FROZEN.some((one) => one.name === name) ? 'frozen' : 'fresh']),
  )
  return convergedProblems({ network, states: { ...fresh, ...states } as never, spec })
}

const head = (...inputs: string[]) => layer('head_label', 'Dense', { units: 3 }, ...inputs)

describe('a head that is fitted to convergence', () => {
  it('stands right behind frozen features, one or several', () => {
    expect(problems([head('pool')])).toEqual([])
    expect(problems([head('pool'), layer('head_other', 'Dense', { units: 1 }, 'pool')])).toEqual([])
  })

  it.each([
    ['new layer', [layer('new1', 'Dense', { units: 8 }, 'pool'), head('new1')], {}, /new1 learns between/],
    ['dropout', [layer('drop', 'Dropout', { rate: 0.2 }, 'pool'), head('drop')], {}, /drop drops features/],
    ['trained layer', [head('pool')], { conv: 'trained' }, /conv is trained, too/],
    ['activation', [layer('head_label', 'Dense', { units: 3, activation: 'relu' }, 'pool')], {}, /not a plain dense/],
  ] as const)('is refused with a %s, which is named, and one click trains it gradually', (_, added, states, words) => {
    const [problem, ...others] = problems(added, states)
    expect(others).toEqual([])
    expect(problem).toMatchObject({ level: 'block', fix: { patch: { 'strategy.head': 'gradual' } } })
    expect(problem!.message).toMatch(words)
  })

  it('names what has no part in it', () => {
    const [problem] = problems([head('pool')], {}, { earlyStopping: {}, gradientClip: 1 })
    expect(problem).toMatchObject({ level: 'warn', code: 'converged-unused' })
    expect(problem!.message).toContain('early stopping, gradient clipping')
  })

  it('is not trained for more epochs, the gradual form is', () => {
    expect(canExtend({ type: 'feature-extraction', head: 'converged' })).toBe(false)
    expect(canExtend({ type: 'feature-extraction' })).toBe(true)
  })
})

describe('the path over strengths', () => {
  const path = (...losses: (number | null)[]) => {
    const numbers = {}
    losses.forEach((loss, strength) => remember(numbers, 0, { strength, iterations: 3, loss, accuracy: null }))
    return historyOf(JSON.parse(JSON.stringify(numbers)) as Record<string, number>, 0, 8)
  }

  it('keeps the smallest loss, the stronger penalty among equals, and ends two strengths later', () => {
    expect(bestOf(path(3, 2, 2, 4))).toMatchObject({ strength: 1, loss: 2 })
    expect(isPathOver(path(3, 2, 2))).toBe(false)
    expect(isPathOver(path(3, 2, 2, 4))).toBe(true)
    expect(isPathOver(path(3, 4, 2, 3))).toBe(false)
    expect(bestOf(path())).toBeNull()
    expect(isPathOver(path())).toBe(false)
  })

  it('of a head that nothing was measured of is its one strength', () => {
    expect(bestOf(path(null))).toMatchObject({ strength: 0, loss: null })
  })
})
