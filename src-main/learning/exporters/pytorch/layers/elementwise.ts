import { activated } from '../activations.ts'
import { call, float, named } from '../python.ts'
import { isImage, type TorchLayerOf } from '../torch-layer.ts'

export const activation: TorchLayerOf<'Activation'> = ({ config, inputs }) => ({
  call: (_self, x) => activated(config.activation, x, isImage(inputs[0])),
})

export const relu: TorchLayerOf<'ReLU'> = ({ config }) => {
  const { max_value: maximum, negative_slope: slope = 0 } = config
  if (slope === 0 && (maximum === null || maximum === 6)) {
    return { module: maximum === null ? 'nn.ReLU()' : 'nn.ReLU6()', call: (self, x) => `${self}(${x})` }
  }
  const bounded = maximum === null ? '' : `.clamp(max=${float(maximum)})`
  return { call: (_self, x) => `${slope === 0 ? `F.relu(${x})` : `F.leaky_relu(${x}, ${slope})`}${bounded}` }
}

export const leakyRelu: TorchLayerOf<'LeakyReLU'> = ({ config }) => ({
  module: `nn.LeakyReLU(${config.negative_slope})`,
  call: (self, x) => `${self}(${x})`,
})

/** PyTorch's own has a slope for each channel, or one for all. */
export const prelu: TorchLayerOf<'PReLU'> = ({ inputs, read }) => {
  const alpha = read('alpha')
  const [input] = inputs
  const isOfChannels = alpha.shape.slice(0, -1).every((size) => size === 1) && input!.length !== 2
  if (isOfChannels) {
    const tensors = [{ name: 'weight', shape: [alpha.values.length], values: alpha.values }]
    return { module: `nn.PReLU(${alpha.values.length})`, call: (self, x) => `${self}(${x})`, tensors }
  }
  const { shape, values } = isImage(input) ? channelsFirst(alpha) : alpha
  return {
    module: `Slopes(${shape.join(', ')})`,
    helper: 'Slopes',
    call: (self, x) => `${self}(${x})`,
    tensors: [{ name: 'weight', shape, values }],
  }
}

function channelsFirst({ shape, values }: { readonly shape: readonly number[]; readonly values: Float32Array }) {
  const [height, width, channels] = shape as [number, number, number]
  const size = height * width
  const turned = Float32Array.from(values, (_, i) => values[(i % size) * channels + Math.floor(i / size)]!)
  return { shape: [channels, height, width], values: turned }
}

/** With the batch first; along an axis of 1 all is kept or dropped together. */
export const dropout: TorchLayerOf<'Dropout'> = ({ config, inputs }) => {
  const { rate, noise_shape: noise } = config
  if (!noise?.includes(1)) return { module: `nn.Dropout(${float(rate)})`, call: (self, x) => `${self}(${x})` }
  const [batch, ...rest] = noise
  const sizes = isImage(inputs[0]) ? [batch, rest[2], rest[0], rest[1]] : noise
  const shape = `(${sizes.map((size) => size ?? 'None').join(', ')})`
  return { module: call('DropAlong', [float(rate), shape]), helper: 'DropAlong', call: (self, x) => `${self}(${x})` }
}

export const stochasticDepth: TorchLayerOf<'StochasticDepth'> = ({ config }) => ({
  module: `StochasticDepth(${float(config.drop_path_rate)})`,
  helper: 'StochasticDepth',
  call: (self, x) => `${self}(${x})`,
})

export const add: TorchLayerOf<'Add'> = () => ({ call: (_self, ...inputs) => inputs.join(' + ') })

export const multiply: TorchLayerOf<'Multiply'> = () => ({ call: (_self, ...inputs) => inputs.join(' * ') })

export const concatenate: TorchLayerOf<'Concatenate'> = ({ output }) => ({
  call: (_self, ...inputs) => call('torch.cat', [`(${inputs.join(', ')})`, named('dim', isImage(output) ? '1' : '-1', '')]), // prettier-ignore
})
