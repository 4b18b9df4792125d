import { describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { cutOf } from '../../../../src-main/learning/plan/early-cut.ts'

/** Four blocks with weights before the features, one block without, and one behind. */
function base() {
  const net = networkBuilder('base', [4])
  for (const name of ['a', 'b', 'c', 'd']) {
    net.block(name, name)
    net.add(`${name}1`, 'Dense', { units: 4 })
    net.add(`${name}2`, 'Dense', { units: 4 })
  }
  net.block('plain', 'Plain')
  net.add('features', 'ReLU')
  net.block('top', 'Top')
  net.add('answer', 'Dense', { units: 2 })
  return net.finish('features')
}

function cut(strategy: object, more: object = {}) {
  return cutOf(base(), ExperimentSpec.parse({ dataset: 'd', base: 'b', strategy, ...more }))
}

const extraction = (depth: unknown) => ({ type: 'feature-extraction', depth })

describe('the cut of feature extraction', () => {
  it.each([
    [0, 'a'],
    [0.25, 'a'],
    [0.26, 'b'],
    [0.5, 'b'],
    [0.75, 'c'],
    [0.99, 'd'],
  ])('after a share of %d of the blocks with weights: %s', (depth, block) => {
    expect(cut(extraction(depth))).toBe(block)
  })

  it('is at the features with all blocks, or where no share is given', () => {
    expect(cut(extraction(1))).toBeUndefined()
    expect(cut(extraction(undefined))).toBeUndefined()
  })

  it('is where the spec says', () => {
    expect(cut(extraction(0.5), { cut: 'd1' })).toBe('d1')
  })

  it('other strategies have none by themselves', () => {
    expect(cut({ type: 'fine-tuning', depth: 0.5 })).toBeUndefined()
  })
})
