import { dilateKernel } from '../../../ops/dilate-kernel.ts'
import { averagePool as averageOf, maxPool as maximumOf } from '../../../ops/pooling.ts'
import type { Pool } from '../../../ops/pooling.ts'
import type { Tensor, Tensor4D, Tf } from '../../../runtime.ts'
import { integer, integers } from './runner.ts'
import type { NodeCall, Runner } from './runner.ts'

type Sides = [[number, number], [number, number]]

/** TensorFlow.js has windows over maps with their channels last. */
export const channelsLast = (tf: Tf, x: Tensor): Tensor4D => tf.transpose(x as Tensor4D, [0, 2, 3, 1])
export const channelsFirst = (tf: Tf, x: Tensor): Tensor4D => tf.transpose(x as Tensor4D, [0, 3, 1, 2])

function sidesOf(call: NodeCall): Sides {
  const [top = 0, left = 0, bottom = 0, right = 0] = call.attributes.get('pads')?.integers ?? []
  return [[top, bottom], [left, right]] // prettier-ignore
}

const pairOf = (call: NodeCall, name: string): [number, number] => {
  const [height = 1, width = 1] = call.attributes.get(name)?.integers ?? []
  return [height, width]
}

export const convolution: Runner = (call) => {
  const { tf, inputs } = call
  const [x, weight, bias] = inputs as [Tensor, Tensor4D, Tensor?]
  const [rows, columns] = sidesOf(call)
  const map = tf.pad4d(channelsLast(tf, x), [[0, 0], rows, columns, [0, 0]]) // prettier-ignore
  const kernel = dilateKernel(tf, tf.transpose(weight, [2, 3, 1, 0]), pairOf(call, 'dilations'))
  const y = inGroups(tf, map, kernel, call.attributes.has('group') ? integer(call, 'group') : 1, pairOf(call, 'strides')) // prettier-ignore
  return channelsFirst(tf, bias === undefined ? y : tf.add(y, bias))
}

function inGroups(tf: Tf, x: Tensor4D, kernel: Tensor4D, groups: number, strides: [number, number]): Tensor4D {
  const [, , own, filters] = kernel.shape
  if (groups === 1) return tf.conv2d(x, kernel, strides, 'valid')
  if (own === 1 && filters === groups) {
    return tf.depthwiseConv2d(x, tf.transpose(kernel, [0, 1, 3, 2]), strides, 'valid')
  }
  const kernels: Tensor4D[] = tf.split(kernel, groups, 3)
  const parts: Tensor4D[] = tf.split(x, groups, 3)
  return tf.concat(parts.map((part, i) => tf.conv2d(part, kernels[i]!, strides, 'valid')), 3) // prettier-ignore
}

const pooled =
  (pool: (tf: Tf, x: Tensor4D, how: Pool) => Tensor4D): Runner =>
  (call) => {
    const [height, width] = integers(call, 'kernel_shape') as [number, number]
    const how = { size: [height, width], strides: pairOf(call, 'strides'), padding: sidesOf(call) } satisfies Pool
    return channelsFirst(call.tf, pool(call.tf, channelsLast(call.tf, call.inputs[0]!), how))
  }

export const maxPool = pooled(maximumOf)
export const averagePool = pooled(averageOf)
