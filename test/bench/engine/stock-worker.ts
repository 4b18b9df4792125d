import { readFileSync } from 'node:fs'
import type * as tfjs from '@tensorflow/tfjs'
import type { Layer, Network } from '../../../src-main/contract/network.ts'
import { loadTensorflow } from '../../../src-main/trainer/tf.ts'
import { serve, type WorkerTask } from './worker.ts'

const tf = loadTensorflow()

/** tfjs-node as it comes: a LayersModel, `fit` and `predict`. */
serve((task) => (task.kind === 'features' ? features(task) : training(task)))

const CAMEL: Readonly<Record<string, string>> = {
  kernel_size: 'kernelSize',
  use_bias: 'useBias',
  pool_size: 'poolSize',
  max_value: 'maxValue',
}

function readNetwork(task: WorkerTask): Network {
  return JSON.parse(readFileSync(task.network, 'utf8')) as Network
}

function shapeOf(network: Network): number[] {
  return network.layers[0]!.config['shape'] as number[]
}

function layerOf({ type, name, config }: Layer): tfjs.layers.Layer {
  const { kernel_initializer: _k, depthwise_initializer: _d, gamma_initializer: _g, ...rest } = config
  const args = { name, ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [CAMEL[key] ?? key, value])) }
  const make: Partial<Record<Layer['type'], () => tfjs.layers.Layer>> = {
    Conv2D: () => tf.layers.conv2d(args as never),
    DepthwiseConv2D: () => tf.layers.depthwiseConv2d(args as never),
    Dense: () => tf.layers.dense(args as never),
    BatchNormalization: () => tf.layers.batchNormalization(args),
    Activation: () => tf.layers.activation(args as never),
    ReLU: () => tf.layers.reLU(args),
    Add: () => tf.layers.add(args),
    MaxPooling2D: () => tf.layers.maxPooling2d(args as never),
    GlobalAveragePooling2D: () => tf.layers.globalAveragePooling2d(args as never),
    ZeroPadding2D: () => tf.layers.zeroPadding2d(args as never),
    Flatten: () => tf.layers.flatten(args),
    Dropout: () => tf.layers.dropout({ rate: 0.2, ...args } as never),
  }
  return make[type]!()
}

function build(network: Network, isClassifier: boolean): tfjs.LayersModel {
  const outputs = new Map<string, tfjs.SymbolicTensor>()
  for (const layer of network.layers) {
    if (layer.type === 'InputLayer') {
      outputs.set(layer.name, tf.input({ shape: shapeOf(network) }))
      continue
    }
    const inputs = layer.inputs.map((name) => outputs.get(name)!)
    outputs.set(layer.name, layerOf(layer).apply(inputs.length === 1 ? inputs[0]! : inputs) as tfjs.SymbolicTensor)
  }
  const last = outputs.get(network.outputs[0]!)!
  const end = isClassifier ? (tf.layers.softmax({}).apply(last) as tfjs.SymbolicTensor) : last
  return tf.model({ inputs: outputs.get(network.layers[0]!.name)!, outputs: end })
}

function features(task: WorkerTask) {
  const network = readNetwork(task)
  const model = build(network, false)
  const x = tf.randomNormal([task.samples, ...shapeOf(network)])
  return measured(task, () => {
    const y = model.predict(x, { batchSize: task.batch }) as tfjs.Tensor
    y.dataSync()
    y.dispose()
  })
}

async function training(task: WorkerTask) {
  const network = readNetwork(task)
  const model = build(network, true)
  const optimizer = task.optimizer === 'adam' ? tf.train.adam(1e-3) : tf.train.momentum(1e-3, 0.9)
  model.compile({ optimizer, loss: 'categoricalCrossentropy' })
  const x = tf.randomNormal([task.samples, ...shapeOf(network)])
  const y = tf.oneHot(tf.randomUniform([task.samples], 0, 10, 'int32'), 10).toFloat()
  return measured(task, () => model.fit(x, y, { batchSize: task.batch, epochs: passes(task), verbose: 0 }))
}

/** Warms up once, then measures as often as asked. */
async function measured(task: WorkerTask, run: () => unknown) {
  await run()
  return async () => {
    const from = performance.now()
    await run()
    return { value: (task.samples * passes(task) * 1000) / (performance.now() - from) }
  }
}

/** Passes over the samples that make the wanted batches. */
function passes({ batch, batches, samples }: WorkerTask): number {
  return Math.max(1, Math.round((batch * batches) / samples))
}
