import type { LayerCall, LayerLowering } from '../layer-lowering.ts'

/** Two by two, from the first on. */
function pairwise({ emit, inputs, inputShapes }: LayerCall, op: 'add' | 'multiply'): string {
  let [shape = []] = inputShapes
  return inputs.slice(1).reduce((value, next, i) => {
    shape = shape.map((size, axis) => Math.max(size, inputShapes[i + 1]![axis]!))
    return emit(`upTo${i + 1}`, { op }, [value, next], shape)
  }, inputs[0]!)
}

export const add: LayerLowering<'Add'> = (call) => pairwise(call, 'add')
export const multiply: LayerLowering<'Multiply'> = (call) => pairwise(call, 'multiply')

export const concatenate: LayerLowering<'Concatenate'> = ({ emit, inputs, shape }) =>
  emit('joined', { op: 'concatenate', axis: shape.length - 1 }, inputs)

export const dot: LayerLowering<'Dot'> = ({ emit, inputs }, { axes }) =>
  emit('product', { op: 'matrixProduct', isSecondTransposed: axes[1] === 2 }, inputs)
