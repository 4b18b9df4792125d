import type { LayerType } from '../../../contract/network.ts'
import type { LayerLowering } from '../layer-lowering.ts'
import { padsOf } from './windows.ts'

type Pooling = LayerLowering<'MaxPooling2D' | 'AveragePooling2D'>

const pooling =
  (op: 'maxPool' | 'averagePool'): Pooling =>
  ({ emit, inputs, inputShapes }, { pool_size: size, strides: given, padding }) => {
    const strides = given ?? size
    return emit('pool', { op, size, strides, pads: padsOf(padding, inputShapes[0]!, size, strides) }, inputs)
  }

export const maxPooling2d = pooling('maxPool')
export const averagePooling2d = pooling('averagePool')

type GlobalPooling = Extract<LayerType, `Global${string}`>

/** Over all axes but the last. */
const globalPooling =
  (op: 'mean' | 'maximum'): LayerLowering<GlobalPooling> =>
  ({ emit, inputs, inputShapes }, { keepdims: keepsAxes = false }) =>
    emit('pool', { op, axes: inputShapes[0]!.slice(0, -1).map((_, axis) => axis), keepsAxes }, inputs)

export const globalAveragePooling = globalPooling('mean')
export const globalMaxPooling = globalPooling('maximum')
