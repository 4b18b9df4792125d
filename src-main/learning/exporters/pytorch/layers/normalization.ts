import { call, float, floats, named } from '../python.ts'
import { isImage, type TorchLayer, type TorchLayerOf, type TorchTensor } from '../torch-layer.ts'
import { reordered } from './dense.ts'

interface Affine {
  readonly scale: boolean
  readonly center: boolean
}

/** PyTorch has both or neither: what the layer lacks is 1 or 0 and does not learn. */
function affine({ scale, center }: Affine, size: number, read: (name: string) => TorchTensor) {
  const one = { name: 'weight', shape: [size], values: new Float32Array(size).fill(1) }
  const zero = { name: 'bias', shape: [size], values: new Float32Array(size) }
  const tensors = [
    scale ? { ...read('gamma'), name: 'weight' } : one,
    center ? { ...read('beta'), name: 'bias' } : zero,
  ]
  const frozen = [...(scale ? [] : ['weight']), ...(center ? [] : ['bias'])]
  return scale || center ? { tensors, frozen } : { tensors: [], frozen: [] }
}

/** Keras' momentum is the share that stays, PyTorch's the share that is new. */
export const batchNormalization: TorchLayerOf<'BatchNormalization'> = ({ config, inputs, order, read }) => {
  const { epsilon, momentum, scale, center } = config
  const [input] = inputs
  const size = input!.at(-1)!
  const own = affine(config, size, read)
  const statistics = [
    { ...read('moving_mean'), name: 'running_mean' },
    { ...read('moving_variance'), name: 'running_var' },
  ]
  const module = call(isImage(input) ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d', [
    String(size),
    named('eps', String(epsilon), '0.00001'),
    named('momentum', String(Number((1 - momentum).toPrecision(12))), '0.1'),
    scale || center ? null : 'affine=False',
  ])
  const inOrder = (tensor: TorchTensor) =>
    order === null ? tensor : { ...tensor, values: reordered(tensor.values, order) }
  const isTokens = input!.length === 2
  return {
    module,
    call: (self, x) => (isTokens ? `${self}(${x}.transpose(1, 2)).transpose(1, 2)` : `${self}(${x})`),
    tensors: [...own.tensors, ...statistics].map(inOrder),
    frozen: own.frozen,
  }
}

/** Over the last axis; of images over the channels of each pixel. */
export const layerNormalization: TorchLayerOf<'LayerNormalization'> = ({ config, inputs, read }): TorchLayer => {
  const { epsilon, scale, center } = config
  const [input] = inputs
  const size = input!.at(-1)!
  const { tensors, frozen } = affine(config, size, read)
  const norm = call('nn.LayerNorm', [
    String(size),
    named('eps', String(epsilon), '0.00001'),
    scale || center ? null : 'elementwise_affine=False',
  ])
  if (!isImage(input)) return { module: norm, call: (self, x) => `${self}(${x})`, tensors, frozen }
  return {
    module: `ChannelsLast(${norm})`,
    helper: 'ChannelsLast',
    call: (self, x) => `${self}(${x})`,
    tensors: tensors.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` })),
    frozen: frozen.map((name) => `module.${name}`),
  }
}

const SMALLEST_DEVIATION = 1e-7

export const normalization: TorchLayerOf<'Normalization'> = ({ config, inputs }) => {
  const roots = [config.variance].flat().map((value) => Math.max(Math.sqrt(value), SMALLEST_DEVIATION))
  const deviation = typeof config.variance === 'number' ? roots[0]! : roots
  return numbers('Normalization', [config.mean, deviation], inputs[0])
}

export const rescaling: TorchLayerOf<'Rescaling'> = ({ config, inputs }) => {
  const { scale, offset } = config
  if (typeof scale !== 'number' || typeof offset !== 'number') return numbers('Rescaling', [scale, offset], inputs[0])
  return { call: (_self, x) => `${x} * ${float(scale)}${offset === 0 ? '' : ` + ${float(offset)}`}` }
}

type Numbers = number | readonly number[]

function numbers(
  helper: 'Normalization' | 'Rescaling',
  values: Numbers[],
  input: readonly number[] | undefined,
): TorchLayer {
  // prettier-ignore
  const module = call(helper, [...values.map(floats), isImage(input) ? 'is_image=True' : 'is_image=False'])
  return { module, helper, call: (self, x) => `${self}(${x})` }
}

export const layerScale: TorchLayerOf<'LayerScale'> = ({ inputs, read }) => {
  const [input] = inputs
  const module = call('LayerScale', [String(input!.at(-1)), isImage(input) ? 'is_image=True' : 'is_image=False'])
  return { module, helper: 'LayerScale', call: (self, x) => `${self}(${x})`, tensors: [read('gamma')] }
}
