import { both, call } from '../python.ts'
import { aroundOf } from '../padding.ts'
import { isImage, type TorchLayerOf } from '../torch-layer.ts'

export const zeroPadding2d: TorchLayerOf<'ZeroPadding2D'> = ({ config }) => ({
  module: `nn.ZeroPad2d(${aroundOf(config.padding)})`,
  call: (self, x) => `${self}(${x})`,
})

export const cropping2d: TorchLayerOf<'Cropping2D'> = ({ config, inputs }) => {
  const [[top, bottom], [left, right]] = config.cropping
  const [height, width] = inputs[0] as readonly [number, number, number]
  return { call: (_self, x) => `${x}[:, :, ${top}:${height - bottom}, ${left}:${width - right}]` }
}

export const upSampling2d: TorchLayerOf<'UpSampling2D'> = ({ config }) => {
  const { size, interpolation } = config
  const module = call('nn.Upsample', [`scale_factor=${both(size)}`, interpolation === 'nearest' ? null : 'mode="bilinear"']) // prettier-ignore
  return { module, call: (self, x) => `${self}(${x})` }
}

/** Features lie as in the network, channels last, unless what follows takes them channels first (feature-orders.ts). */
export const flatten: TorchLayerOf<'Flatten'> = ({ inputs, order }) => ({
  call(_self, x) {
    if (inputs[0]!.length === 1) return x
    return `${isImage(inputs[0]) && order === null ? channelsLast(x, inputs[0]!) : x}.flatten(1)`
  },
})

/** Values are counted channels last, as in the network. */
export const reshape: TorchLayerOf<'Reshape'> = ({ inputs, output }) => {
  const [input] = inputs
  const [rows, columns, channels] = input!
  if (isImage(input) && output.length === 2 && output[0] === rows! * columns! && output[1] === channels) {
    return { call: (_self, x) => `${x}.flatten(2).transpose(1, 2)` }
  }
  const from = (x: string) => (isImage(input) ? channelsLast(x, input!) : x)
  const turned = isImage(output) ? '.permute(0, 3, 1, 2)' : ''
  return { call: (_self, x) => `${from(x)}.reshape(-1, ${output.join(', ')})${turned}` }
}

const channelsLast = (x: string, [height, width, channels]: readonly number[]): string =>
  (height === 1 && width === 1) || channels === 1 ? x : `${x}.permute(0, 2, 3, 1)`
