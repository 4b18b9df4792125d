import { both, call, named } from '../python.ts'
import { padsOf } from '../../../operations/lowerings/windows.ts'
import { aroundOf, sidesOf } from '../padding.ts'
import { isImage, type TorchCall, type TorchLayer, type TorchLayerOf } from '../torch-layer.ts'

type Pooling = Pick<TorchCall<'MaxPooling2D' | 'AveragePooling2D'>, 'config' | 'inputs'>

function windowOf({ config, inputs }: Pooling) {
  const { pool_size: size, padding } = config
  const strides = config.strides ?? size
  const sides = padsOf(padding, inputs[0]!, size, strides)
  const { own, around } = sidesOf(sides)
  // PyTorch's own padding is at most half a window.
  const isOwn = around === null && own.every((count, axis) => 2 * count <= size[axis]!)
  const stride = named('stride', both(strides), both(size))
  return { size, stride, sides, own: isOwn ? own : null }
}

/** A padded place never is the maximum. */
export const maxPooling2d: TorchLayerOf<'MaxPooling2D'> = (layer) => {
  const { size, stride, sides, own } = windowOf(layer)
  const padding = own === null ? null : named('padding', both(own), '0')
  const filled = (x: string) => (own === null ? `F.pad(${x}, ${aroundOf(sides)}, value=float("-inf"))` : x)
  return { module: call('nn.MaxPool2d', [both(size), stride, padding]), call: (self, x) => `${self}(${filled(x)})` }
}

/** A padded place does not count. */
export const averagePooling2d: TorchLayerOf<'AveragePooling2D'> = (layer): TorchLayer => {
  const { size, stride, sides, own } = windowOf(layer)
  if (own === null) {
    const strides = layer.config.strides ?? size
    const module = call('PaddedAveragePool', [both(size), both(strides), aroundOf(sides)])
    return { module, helper: 'PaddedAveragePool', call: (self, x) => `${self}(${x})` }
  }
  const padding = named('padding', both(own), '0')
  const module = call('nn.AvgPool2d', [
    both(size),
    stride,
    padding,
    padding === null ? null : 'count_include_pad=False',
  ])
  return { module, call: (self, x) => `${self}(${x})` }
}

function globally<T extends 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D' | 'GlobalAveragePooling1D'>(
  operation: 'mean' | 'amax',
): TorchLayerOf<T> {
  return ({ config, inputs }) => {
    const axes = isImage(inputs[0]) ? '(2, 3)' : '1'
    return { call: (_self, x) => call(`${x}.${operation}`, [axes, config.keepdims ? 'keepdim=True' : null]) }
  }
}

export const globalAveragePooling2d = globally<'GlobalAveragePooling2D'>('mean')
export const globalMaxPooling2d = globally<'GlobalMaxPooling2D'>('amax')
/** Over all tokens. */
export const globalAveragePooling1d = globally<'GlobalAveragePooling1D'>('mean')
