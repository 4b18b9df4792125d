import type { Emission, Of } from './emission.ts'
import { integers, outputOf } from './emission.ts'
import { withBatch } from '../../operations/with-batch.ts'

/** The batch axis, which LiteRT counts, in front: whole (-1) where a size is asked for. */
const WHOLE_BATCH = -1

export function emitMatrixProduct(emission: Emission, { name, inputs, isSecondTransposed }: Of<'matrixProduct'>): void {
  emission.operator('BATCH_MATMUL', inputs, outputOf(emission, name), { adj_y: isSecondTransposed })
}

export function emitSoftmax(emission: Emission, { name, inputs }: Of<'softmax'>): void {
  emission.operator('SOFTMAX', inputs, outputOf(emission, name), { beta: 1 })
}

export function emitReduction(emission: Emission, operation: Of<'mean' | 'maximum'>): void {
  const { name, op, inputs, axes, keepsAxes } = operation
  const places = integers(emission, `${name}:axes`, withBatch(axes)) // prettier-ignore
  const code = op === 'mean' ? 'MEAN' : 'REDUCE_MAX'
  emission.operator(code, [inputs[0]!, places], outputOf(emission, name), { keep_dims: keepsAxes })
}

export function emitPad(emission: Emission, { name, inputs, pads }: Of<'pad'>): void {
  const amounts = integers(emission, `${name}:pads`, [[0, 0], ...pads])
  emission.operator('PAD', [inputs[0]!, amounts], outputOf(emission, name))
}

export function emitSlice(emission: Emission, { name, inputs, begin, size }: Of<'slice'>): void {
  const from = integers(emission, `${name}:begin`, [0, ...begin])
  const sizes = integers(emission, `${name}:size`, [WHOLE_BATCH, ...size])
  emission.operator('SLICE', [inputs[0]!, from, sizes], outputOf(emission, name))
}

export function emitUpSample(emission: Emission, { name, inputs, interpolation }: Of<'upSample'>): void {
  const out = outputOf(emission, name)
  const size = integers(emission, `${name}:size`, out.shape.slice(0, 2))
  const code = interpolation === 'bilinear' ? 'RESIZE_BILINEAR' : 'RESIZE_NEAREST_NEIGHBOR'
  emission.operator(code, [inputs[0]!, size], out, { half_pixel_centers: true })
}

export function emitReshape(emission: Emission, { name, inputs, shape }: Of<'reshape'>): void {
  const target = integers(emission, `${name}:shape`, [WHOLE_BATCH, ...shape])
  emission.operator('RESHAPE', [inputs[0]!, target], outputOf(emission, name))
}

export function emitTranspose(emission: Emission, { name, inputs, order }: Of<'transpose'>): void {
  const places = integers(emission, `${name}:order`, [0, ...withBatch(order)])
  emission.operator('TRANSPOSE', [inputs[0]!, places], outputOf(emission, name))
}

export function emitConcatenation(emission: Emission, { name, inputs, axis }: Of<'concatenate'>): void {
  emission.operator('CONCATENATION', inputs, outputOf(emission, name), { axis: axis + 1 })
}
