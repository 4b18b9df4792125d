import type { Layer, LayerType } from '../../contract/network.ts'
import { layerConfig } from '../network/layer-config.ts'

const SPATIAL: ReadonlySet<LayerType> = new Set([
  'Conv2D',
  'DepthwiseConv2D',
  'ZeroPadding2D',
  'Cropping2D',
  'UpSampling2D',
  'Flatten',
])

/** A layer's arguments as Keras writes them, defaults included, without name and dtype. Activations keep Keras' names. */
export function layerArguments(layer: Layer): Record<string, unknown> {
  const config = { ...layerConfig(layer, layer.type) } as Record<string, unknown>
  for (const name of ['seed', 'gamma_initializer', 'kernel_initializer', 'depthwise_initializer']) delete config[name]
  if (layer.type === 'MaxPooling2D' || layer.type === 'AveragePooling2D') config['strides'] ??= config['pool_size']
  if (layer.type === 'InputLayer') delete config['shape']
  const isSpatial = SPATIAL.has(layer.type)
  const isPooling = layer.type.includes('Pooling')
  return isSpatial || isPooling ? { ...config, data_format: 'channels_last' } : config
}
