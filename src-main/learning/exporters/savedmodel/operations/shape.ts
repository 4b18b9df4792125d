import { DT_FLOAT, DT_INT32 } from '../../../ops/native.ts'
import type { Call, OperationNodes } from './call.ts'
import { reshape as reshapeNode } from './dense.ts'
import { padNode } from './padding.ts'
import { withBatch } from '../../../operations/with-batch.ts'

/** `axes` counts the batch as 0. */
export function reduce(
  { writer }: Call,
  part: string,
  op: 'Mean' | 'Max',
  x: string,
  axes: readonly number[],
  keepsAxes: boolean,
): string {
  const along = writer.integers(part === '' ? 'axes' : `${part}_axes`, axes)
  const attributes = { T: { type: DT_FLOAT }, Tidx: { type: DT_INT32 }, keep_dims: { bool: keepsAxes } }
  return writer.node(part, op, [x, along], attributes)
}

export const mean: OperationNodes<'mean'> = (call, { axes, keepsAxes }) =>
  reduce(call, '', 'Mean', call.value(0), withBatch(axes), keepsAxes)

export const maximum: OperationNodes<'maximum'> = (call, { axes, keepsAxes }) =>
  reduce(call, '', 'Max', call.value(0), withBatch(axes), keepsAxes)

export const pad: OperationNodes<'pad'> = (call, { pads }) => padNode(call, call.value(0), pads, 0, '')

export const slice: OperationNodes<'slice'> = ({ writer, value }, { begin, size }) => {
  const places = [writer.integers('begin', [0, ...begin]), writer.integers('size', [-1, ...size])]
  return writer.node('', 'Slice', [value(0), ...places], { T: { type: DT_FLOAT }, Index: { type: DT_INT32 } })
}

/** Between the middles of pixels. */
export const upSample: OperationNodes<'upSample'> = (call, { interpolation }) => {
  const { writer, value, output } = call
  const op = interpolation === 'nearest' ? 'ResizeNearestNeighbor' : 'ResizeBilinear'
  const attributes = {
    T: { type: DT_FLOAT },
    align_corners: { bool: false },
    half_pixel_centers: { bool: true },
  }
  return writer.node('', op, [value(0), writer.integers('size', output.slice(0, 2))], attributes)
}

export const reshape: OperationNodes<'reshape'> = (call, { shape }) => reshapeNode(call, '', call.value(0), shape)

export const transpose: OperationNodes<'transpose'> = ({ writer, value }, { order }) => {
  const places = writer.integers('order', [0, ...withBatch(order)])
  return writer.node('', 'Transpose', [value(0), places], { T: { type: DT_FLOAT }, Tperm: { type: DT_INT32 } })
}

export const concatenate: OperationNodes<'concatenate'> = ({ writer, value, inputs }, { axis }) => {
  const values = Array.from({ length: inputs }, (_, place) => value(place))
  const along = writer.integer('axis', axis + 1)
  const attributes = { T: { type: DT_FLOAT }, Tidx: { type: DT_INT32 }, N: { int: inputs } }
  return writer.node('', 'ConcatV2', [...values, along], attributes)
}
