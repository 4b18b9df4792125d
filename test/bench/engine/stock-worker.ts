import { readFileSync } from 'node:fs'
import type * as tfjs from '@tensorflow/tfjs'
import type { Layer, Network } from '../../../src-main/contract/network.ts'
import { loadTensorflow } from '../../../src-main/trainer/tf.ts'
import { serve, type WorkerTask } from './worker.ts'

/** tfjs-node as it comes: a LayersModel, `fit` and `predict`. */
const tf = loadTensorflow(0)

serve(async (task) => (task.kind === 'features' ? features(task) : training(task)))

const CAMEL: Readonly<Record<string, string>> = {
  kernel_size: 'kernelSize',
  use_bias: 'useBias',
  pool_size: 'poolSize',
  max_value: 'maxValue',
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
      outputs.set(layer.name, tf.input({ shape: layer.config['shape'] as number[] }))
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
  const network = JSON.parse(readFileSync(task.network, 'utf8')) as Network
  const model = build(network, false)
  const x = tf.randomNormal([task.batch * task.batches, ...(network.layers[0]!.config['shape'] as number[])])
  const run = () => {
    const y = model.predict(x, { batchSize: task.batch }) as tfjs.Tensor
    y.dataSync()
    y.dispose()
  }
  run()
  return () => {
    const from = performance.now()
    run()
    return Promise.resolve({ value: (task.batch * task.batches * 1000) / (performance.now() - from) })
  }
}

async function training(task: WorkerTask) {
  const network = JSON.parse(readFileSync(task.network, 'utf8')) as Network
  const model = build(network, true)
  const optimizer = task.optimizer === 'adam' ? tf.train.adam(1e-3) : tf.train.momentum(1e-3, 0.9)
  model.compile({ optimizer, loss: 'categoricalCrossentropy' })
  const count = task.batch * task.batches
  const x = tf.randomNormal([count, ...(network.layers[0]!.config['shape'] as number[])])
  const y = tf.oneHot(tf.randomUniform([count], 0, 10, 'int32'), 10).toFloat()
  const run = () => model.fit(x, y, { batchSize: task.batch, epochs: 1, verbose: 0 })
  await model.trainOnBatch(x.slice(0, task.batch), y.slice(0, task.batch))
  return async () => {
    const from = performance.now()
    await run()
    return { value: (count * 1000) / (performance.now() - from) }
  }
}
