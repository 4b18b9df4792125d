import { describe, expect, it } from 'vitest'
import type { LayerState } from '../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { resolveVariants } from '../../../../src-main/learning/plan/job-variants.ts'

function network() {
  const net = networkBuilder('net', [3])
  for (const name of ['a', 'b', 'c']) net.add(name, 'Dense', { units: 3 })
  return net.finish('c')
}

const STATES: Record<string, LayerState> = { input: 'fresh', a: 'frozen', b: 'trained', c: 'fresh' }

function resolve(more: object) {
  const spec = { dataset: 'd', base: 'b', strategy: { type: 'fine-tuning' }, ...more }
  return resolveVariants({ spec: ExperimentSpec.parse(spec), network: network(), states: STATES, cachedUpTo: 'a' })
}

describe('what a job trains with', () => {
  it('has the rule, the rates and the phases that its spec names', () => {
    const variants = resolve({
      strategy: { type: 'fine-tuning', headEpochs: 0 },
      optimizer: { type: 'sgd', learningRate: 0.25, momentum: 0 },
      schedule: { type: 'exponential', factor: 0.5 },
      epochs: 3,
    })
    expect(variants.strategy.row.type).toBe('fine-tuning')
    expect(variants.strategy.values).toMatchObject({ headEpochs: 0, rateRule: 'decay' })
    expect(variants.rule.slots).toEqual([])
    expect(variants.rateFactor({ step: 4, totalSteps: 6, stepsPerEpoch: 2 }, 0.25)).toBe(0.25)
    expect(variants.context).toMatchObject({ learningRate: 0.25, cachedUpTo: 'a', states: STATES })
    expect(variants.phases?.map(({ epochs }) => epochs)).toEqual([3])
  })

  it('a strategy that is a script has no phases', () => {
    expect(resolve({ strategy: { type: 'self-training' } }).phases).toBeNull()
  })

  it('keeps as much in memory as the strategy says, or 2 GiB', () => {
    expect(resolve({ strategy: { type: 'fine-tuning', memoryMegabytes: 512 } }).memoryMegabytes).toBe(512)
    expect(resolve({ strategy: { type: 'meta-learning' } }).memoryMegabytes).toBe(2048)
  })

  it('with fewer layers that learn, more of the network can be cached', () => {
    const { cutBefore } = resolve({}).context
    expect(cutBefore(new Set(['b', 'c']))).toBe('a')
    expect(cutBefore(new Set(['c']))).toBe('b')
    expect(cutBefore(new Set())).toBe('c')
  })
})

describe('refused', () => {
  it('a type that there is not', () => {
    expect(() => resolve({ optimizer: { type: 'sdg' } })).toThrow(
      expect.objectContaining({
        code: 'E_RUN_SPEC',
        message: 'Expected `optimizer.type` to be one of adam, adamw, sgd, rmsprop. Received: sdg.',
      }),
    )
  })

  it('a value that the form does not allow, with its path', () => {
    expect(() => resolve({ schedule: { type: 'step', factor: 7 } })).toThrow(
      expect.objectContaining({
        code: 'E_RUN_SPEC',
        message: expect.stringMatching(/^`schedule\.factor`: .+\.$/) as string,
        details: { path: 'schedule.factor' },
      }),
    )
  })

  it('a parameter that there is not, by the variant’s path', () => {
    expect(() => resolve({ optimizer: { type: 'sgd', momentm: 1 } })).toThrow(
      expect.objectContaining({ details: { path: 'optimizer' } }),
    )
  })
})
