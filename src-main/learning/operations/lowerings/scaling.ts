import type { LayerCall, LayerLowering } from '../layer-lowering.ts'

/** x * scale + offset, each one number or one for each channel; what changes nothing is left out. */
function scaled({ constant, emit, inputs }: LayerCall, scale: readonly number[], offset: readonly number[]): string {
  const listed = (name: string, values: readonly number[]) =>
    constant(name, [values.length], () => Float32Array.from(values))
  let [value] = inputs as [string]
  if (scale.some((factor) => factor !== 1)) {
    value = emit('scaled', { op: 'multiply' }, [value, listed('scale', scale)])
  }
  if (offset.some((term) => term !== 0)) value = emit('shifted', { op: 'add' }, [value, listed('offset', offset)])
  return value
}

export const rescaling: LayerLowering<'Rescaling'> = (call, { scale, offset }) =>
  scaled(call, [scale].flat(), [offset].flat())

/** Below this a deviation counts as this, as in Keras. */
const SMALLEST_DEVIATION = 1e-7

/** (x - mean) / deviation as a product and a sum. */
export const normalization: LayerLowering<'Normalization'> = (call, { mean, variance }) => {
  const scale = [variance].flat().map((value) => 1 / Math.max(Math.sqrt(value), SMALLEST_DEVIATION))
  const means = [mean].flat()
  const length = Math.max(scale.length, means.length)
  const at = (values: readonly number[], i: number) => values[values.length === 1 ? 0 : i]!
  const offset = Array.from({ length }, (_, i) => 0 - at(means, i) * at(scale, i))
  return scaled(call, scale, offset)
}

export const layerScale: LayerLowering<'LayerScale'> = ({ emit, inputs, weight }) =>
  emit('scaled', { op: 'multiply' }, [...inputs, weight('gamma')])

export const batchNormalization: LayerLowering<'BatchNormalization'> = (call, { epsilon }) => {
  const { batchNorm, constant, emit, hasWeight, inputs, read, weight, inputShapes } = call
  const channels = inputShapes[0]!.at(-1)!
  if (batchNorm === 'kept') {
    const [gamma, beta] = [gammaOf(call, channels), betaOf(call, channels)]
    const weights = [gamma, beta, weight('moving_mean'), weight('moving_variance')]
    return emit('normalized', { op: 'batchNormalization', epsilon }, [...inputs, ...weights])
  }
  const factors = () => {
    const gamma = hasWeight('gamma') ? read('gamma') : null
    return Float64Array.from(read('moving_variance'), (value, c) => (gamma?.[c] ?? 1) / Math.sqrt(value + epsilon))
  }
  const offsets = () => {
    const [factor, mean, beta] = [factors(), read('moving_mean'), hasWeight('beta') ? read('beta') : null]
    return Float32Array.from(factor, (value, c) => (beta?.[c] ?? 0) - mean[c]! * value)
  }
  const scale = constant('scale', [channels], () => Float32Array.from(factors()))
  const product = emit('scaled', { op: 'multiply' }, [...inputs, scale])
  return emit('shifted', { op: 'add' }, [product, constant('offset', [channels], offsets)])
}

export const layerNormalization: LayerLowering<'LayerNormalization'> = (call, { epsilon }) => {
  const features = call.shape.at(-1)!
  const weights = [gammaOf(call, features), betaOf(call, features)]
  return call.emit('normalized', { op: 'layerNormalization', epsilon }, [...call.inputs, ...weights])
}

function gammaOf({ constant, hasWeight, weight }: LayerCall, size: number): string {
  return hasWeight('gamma') ? weight('gamma') : constant('gamma', [size], () => new Float32Array(size).fill(1))
}

function betaOf({ constant, hasWeight, weight }: LayerCall, size: number): string {
  return hasWeight('beta') ? weight('beta') : constant('beta', [size], () => new Float32Array(size))
}
