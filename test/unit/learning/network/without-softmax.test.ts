import { expect, it } from 'vitest'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { withoutSoftmax } from '../../../../src-main/learning/network/without-softmax.ts'

function network(within: string, last: string) {
  const net = networkBuilder('net', [3])
  net.block('all', 'All')
  net.add('hidden', 'Dense', { units: 4, activation: within })
  return net.finish(net.add('out', 'Dense', { units: 2, activation: last }))
}

it('a softmax that ends the network is left off, one within it stays', () => {
  expect(withoutSoftmax(network('softmax', 'softmax'))).toEqual(network('softmax', 'linear'))
})

it('any other end stays as it is', () => {
  expect(withoutSoftmax(network('relu', 'sigmoid'))).toEqual(network('relu', 'sigmoid'))
})
