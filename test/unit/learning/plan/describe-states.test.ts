import { expect, it } from 'vitest'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { describeStates } from '../../../../src-main/learning/plan/describe-states.ts'

it('tells runs of layers in one state; a layer without a state is fresh', () => {
  const net = networkBuilder('net', [3])
  for (const name of ['a', 'b', 'c', 'd']) net.add(name, 'Dense', { units: 3 })
  const network = net.finish('d')
  const states = { input: 'frozen', a: 'frozen', b: 'trained', c: 'frozen' } as const
  expect(describeStates(network, states)).toBe('frozen: input to a (2 layers); trained: b; frozen: c; fresh: d')
  expect(describeStates(network, {})).toBe('fresh: input to d (5 layers)')
})
