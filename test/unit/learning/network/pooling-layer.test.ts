import { expect, it } from 'vitest'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { poolingAfter } from '../../../../src-main/learning/network/pooling-layer.ts'

/** A map of 2 x 3 places, as tokens, with or without one for the class, and their mean. */
function network(hasClassToken: boolean) {
  const net = networkBuilder('net', [2, 3, 4])
  net.block('all', 'All')
  net.add('map', 'Conv2D', { filters: 4, kernel_size: 1 })
  net.add('tokens', 'Reshape', { target_shape: [-1, 4] })
  net.add('first', hasClassToken ? 'ClassToken' : 'LayerNormalization')
  return net.finish(net.add('mean', 'GlobalAveragePooling1D'))
}

it('a map and tokens give their mean, tokens with one for the class that one, a vector itself', () => {
  const plain = network(false)
  expect(poolingAfter(plain, 'map')).toEqual({ type: 'GlobalAveragePooling2D', config: {} })
  expect(poolingAfter(plain, 'first')).toEqual({ type: 'GlobalAveragePooling1D', config: {} })
  expect(poolingAfter(plain, 'mean')).toBeNull()
})

it('a class token counts from where it joins the others', () => {
  const classed = network(true)
  expect(poolingAfter(classed, 'tokens')).toEqual({ type: 'GlobalAveragePooling1D', config: {} })
  expect(poolingAfter(classed, 'first')).toEqual({ type: 'SelectToken', config: { index: 0 } })
})
