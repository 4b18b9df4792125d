import type { LayerCall, LayerLowering } from '../layer-lowering.ts'

export const zeroPadding2d: LayerLowering<'ZeroPadding2D'> = ({ emit, inputs }, { padding }) =>
  emit('padded', { op: 'pad', pads: [...padding, [0, 0]] }, inputs)

export const cropping2d: LayerLowering<'Cropping2D'> = ({ emit, inputs, shape }, { cropping }) =>
  emit('part', { op: 'slice', begin: [cropping[0][0], cropping[1][0], 0], size: shape }, inputs)

export const upSampling2d: LayerLowering<'UpSampling2D'> = ({ emit, inputs }, { size, interpolation }) =>
  size.every((factor) => factor === 1)
    ? inputs[0]!
    : emit('larger', { op: 'upSample', factors: size, interpolation }, inputs)

/** Nothing where the shape is that already. */
export const reshape = ({ emit, inputs, inputShapes, shape }: LayerCall): string =>
  inputShapes[0]!.join() === shape.join() ? inputs[0]! : emit('shaped', { op: 'reshape', shape }, inputs)
