import { randomInt, type SeededRandom } from '../../src-main/base/seeded-random.ts'
import { GraftError } from '../../src-main/contract/errors.ts'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'

/** Adds layers to a growing network. */
function builder(shape: readonly number[]) {
  const layers: Layer[] = [
    { name: 'input', type: 'InputLayer', config: { shape: [...shape] }, inputs: [], block: 'all' },
  ]
  const add = (type: LayerType, config: Record<string, unknown> = {}, inputs = [layers.at(-1)!.name]): string => {
    const name = `${type.toLowerCase()}_${layers.length}`
    layers.push({ name, type, config, inputs, block: 'all' })
    return name
  }
  const finish = (): Network => {
    const head = add('Dense', { units: 3 })
    const features = layers.at(-2)!.name
    return { name: 'test', blocks: [{ name: 'all', label: 'all' }], layers, outputs: [head], features }
  }
  return { layers, add, finish }
}

/** One network with every layer type and every activation, for images (8, 8, 2). */
export function everyLayerNetwork(): Network {
  const { add, finish } = builder([8, 8, 2])
  add('ZeroPadding2D', { padding: [[0, 1], [1, 0]] }) // prettier-ignore
  const stem = add('Conv2D', { filters: 6, kernel_size: 3, padding: 'same', activation: 'relu' })
  add('DepthwiseConv2D', { kernel_size: 3, padding: 'same', use_bias: false })
  add('BatchNormalization', { momentum: 0.9 })
  add('ReLU', { max_value: 6 })
  const wide = add('Conv2D', { filters: 6, kernel_size: 1, activation: 'silu' })
  add('Add', {}, [stem, wide])
  const pooled = add('MaxPooling2D', { pool_size: 2 })
  const mean = add('AveragePooling2D', { pool_size: 2 }, [pooled])
  const rest = add('MaxPooling2D', { pool_size: 2 }, [pooled])
  add('Concatenate', {}, [mean, rest])
  add('Activation', { activation: 'gelu' })
  const flat = add('Flatten')
  const spatial = add('GlobalAveragePooling2D', {}, [rest])
  add('Concatenate', {}, [flat, spatial])
  add('Dense', { units: 8, activation: 'tanh' })
  add('BatchNormalization', { momentum: 0.8 })
  add('Dropout', { rate: 0.3 })
  add('Dense', { units: 6, activation: 'sigmoid' })
  add('ReLU')
  return finish()
}

/** The same of the layer types that imported convolution networks bring. */
export function importedLayersNetwork(): Network {
  const { add, finish } = builder([9, 9, 2])
  add('Rescaling', { scale: [0.5, 2], offset: 0.1 })
  add('Normalization', { mean: [0.1, -0.2], variance: [0.5, 2] })
  const stem = add('Conv2D', { filters: 6, kernel_size: 3, padding: 'same', strides: 2, activation: 'hard_silu' })
  add('Conv2D', { filters: 6, kernel_size: 3, groups: 3, padding: 'same', use_bias: false })
  add('BatchNormalization', { momentum: 0.9 })
  const wide = add('PReLU', { shared_axes: [1, 2] })
  add('GlobalAveragePooling2D', { keepdims: true })
  add('Conv2D', { filters: 3, kernel_size: 1, activation: 'gelu_tanh' })
  const excited = add('Conv2D', { filters: 6, kernel_size: 1, activation: 'hard_sigmoid' })
  add('Multiply', {}, [wide, excited])
  add('LayerScale', { init_values: 0.5 })
  const branch = add('StochasticDepth', { drop_path_rate: 0.3 })
  const sum = add('Add', {}, [stem, branch])
  const large = add('MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [1, 1]] }) // prettier-ignore
  const mean = add('AveragePooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [1, 1]] }, [sum]) // prettier-ignore
  add('Concatenate', {}, [large, mean])
  add('LeakyReLU', { negative_slope: 0.1 })
  const up = add('UpSampling2D', { size: 2, interpolation: 'bilinear' })
  add('Cropping2D', { cropping: [[1, 0], [0, 1]] }) // prettier-ignore
  const most = add('GlobalMaxPooling2D')
  add('UpSampling2D', { size: [1, 2] }, [up])
  add('Conv2D', { filters: 4, kernel_size: 1, groups: 2, activation: 'elu' })
  add('ReLU', { negative_slope: 0.1, max_value: 4 })
  add('Reshape', { target_shape: [3, -1, 4] })
  add('GlobalAveragePooling2D')
  const bent = add('Activation', { activation: 'selu' })
  add('Concatenate', {}, [most, bent])
  add('Activation', { activation: 'softplus' })
  add('Dense', { units: 6, activation: 'leaky_relu' })
  return finish()
}

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'tanh', 'sigmoid', 'gelu', 'silu']

/** A small network drawn from a seed: sizes, strides, paddings, biases, activations, branches. Drawn again where a layer
 *  would get too few pixels. */
export function randomNetwork(random: SeededRandom): Network {
  for (;;) {
    const network = drawNetwork(random)
    try {
      inferNetwork(network)
      return network
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
    }
  }
}

function drawNetwork(random: SeededRandom): Network {
  const pick = <T>(values: readonly T[]): T => values[randomInt(random, values.length)]!
  const net = builder([pick([6, 7, 9]), pick([6, 8]), pick([1, 2, 3])])
  const steps: (() => void)[] = [
    () => void net.add('Conv2D', convConfig(pick)),
    () =>
      void net.add('DepthwiseConv2D', { kernel_size: pick([1, 3]), padding: 'same', activation: pick(ACTIVATIONS) }),
    () =>
      void net.add('BatchNormalization', {
        momentum: pick([0.5, 0.9]),
        scale: pick([true, false]),
        center: pick([true, false]),
      }),
    () => void net.add('ReLU', pick([{}, { max_value: 6 }, { max_value: 2 }])),
    () => void net.add(pick(['MaxPooling2D', 'AveragePooling2D']), { pool_size: 2, padding: 'same' }),
    () => void net.add('Dropout', { rate: pick([0.1, 0.4]) }),
    () => {
      const from = net.layers.at(-1)!.name
      const bent = net.add('Activation', { activation: pick(ACTIVATIONS) }, [from])
      net.add(pick(['Add', 'Concatenate']), {}, [from, bent])
    },
  ]
  for (let i = randomInt(random, 5) + 1; i >= 0; i--) pick(steps)()
  net.add(pick(['Flatten', 'GlobalAveragePooling2D']))
  if (random() < 0.5) net.add('Dense', { units: pick([4, 7]), activation: pick(ACTIVATIONS) })
  if (random() < 0.3) net.add('BatchNormalization', { momentum: 0.9 })
  return net.finish()
}

function convConfig(pick: <T>(values: readonly T[]) => T) {
  return {
    filters: pick([3, 5]),
    kernel_size: pick([1, 3, [1, 3]]),
    strides: pick([1, 1, 2]),
    padding: pick(['same', 'valid']),
    use_bias: pick([true, false]),
    activation: pick(ACTIVATIONS),
  }
}
