import type { Tensor, Tensor4D, Tf } from '../runtime.ts'
import type { ActivationName } from '../network/layer-configs/arguments.ts'
import { ACTIVATION_OPS } from '../ops/activation.ts'
import { upSampleBilinear, upSampleNearest } from '../ops/up-sample.ts'
import type { Operation, OperationGraph, Pads } from './graph.ts'
import { withBatch } from './with-batch.ts'
import { readValues } from '../ops/read-values.ts'

/** Told of each value while it is there: the input first, then what each operation gives. */
export type Watch = (name: string, value: Tensor) => void

/** Runs a graph of operations word for word, on a batch: one array a head. A value is let go once nothing reads it any more. */
export function runOperations(
  tf: Tf,
  graph: OperationGraph,
  x: Tensor,
  watch: Watch = () => undefined,
): Float32Array[] {
  return readValues(tf, () => operationResults(tf, { graph, x, constants: null }, watch))
}

/** The same as tensor code, within a tidy. `constants`: tensors by name, where they are there already. */
export function operationResults(
  tf: Tf,
  { graph, x, constants }: { readonly graph: OperationGraph; readonly x: Tensor; readonly constants: ReadonlyMap<string, Tensor> | null }, // prettier-ignore
  watch: Watch,
): Tensor[] {
  watch(graph.input.name, x)
  const values = new Map<string, Tensor>([[graph.input.name, x]])
  const lastReaders = lastReadersOf(graph)
  for (const operation of graph.operations) {
    const y = tf.tidy(() => {
      const inputs = operation.inputs.map((name) => values.get(name) ?? constants?.get(name) ?? constantOf(tf, graph, name)) // prettier-ignore
      return result(tf, operation, inputs)
    })
    const [, ...shape] = y.shape
    const said = graph.shapes.get(operation.name)!
    if (shape.join() !== said.join()) throw new Error(`${operation.name}: [${shape.join()}] where it says [${said.join()}]`) // prettier-ignore
    values.set(operation.name, y)
    watch(operation.name, y)
    for (const name of operation.inputs) {
      if (lastReaders.get(name) === operation && name !== graph.input.name) values.get(name)?.dispose()
    }
  }
  return graph.outputs.map(({ name }) => tf.clone(values.get(name)!))
}

/** Of every value that is not given back. */
function lastReadersOf({ operations, outputs }: OperationGraph): ReadonlyMap<string, Operation> {
  const readers = new Map(operations.flatMap((operation) => operation.inputs.map((name) => [name, operation] as const)))
  for (const { name } of outputs) readers.delete(name)
  return readers
}

function constantOf(tf: Tf, { constants }: OperationGraph, name: string): Tensor {
  const { shape, values } = constants.get(name)!
  return tf.tensor(values().slice(), [...shape])
}

function result(tf: Tf, operation: Operation, [x, ...others]: Tensor[]): Tensor {
  const [a, b, c, d] = others as [Tensor, Tensor, Tensor, Tensor]
  const image = x as Tensor4D
  switch (operation.op) {
    case 'convolution':
      return tf.add(grouped(tf, image, a as Tensor4D, operation), b)
    case 'depthwiseConvolution': {
      const { pads, strides, dilations } = operation
      const kernel = dilated(tf, a as Tensor4D, dilations)
      return tf.add(tf.depthwiseConv2d(padded(tf, image, pads), kernel, [...strides], 'valid'), b)
    }
    case 'dense': {
      const rows = tf.matMul(tf.reshape(x!, [-1, x!.shape.at(-1)!]), a)
      return tf.add(tf.reshape(rows, [...x!.shape.slice(0, -1), a.shape[1]!]), b)
    }
    case 'matrixProduct':
      return tf.matMul(x!, a, false, operation.isSecondTransposed)
    case 'batchNormalization':
      return tf.add(tf.mul(tf.div(tf.sub(x!, c), tf.sqrt(tf.add(d, operation.epsilon))), a), b)
    case 'layerNormalization': {
      const { mean, variance } = tf.moments(x!, -1, true)
      return tf.add(tf.mul(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, operation.epsilon))), a), b)
    }
    case 'add':
      return tf.add(x!, a)
    case 'multiply':
      return tf.mul(x!, a)
    case 'clip':
      return tf.minimum(operation.min === -Infinity ? x! : tf.maximum(x!, operation.min), operation.max)
    case 'leakyRelu':
      return tf.leakyRelu(x!, operation.slope)
    case 'prelu':
      return tf.prelu(x!, a)
    case 'maxPool':
      return tf.maxPool(padded(tf, image, operation.pads, -1e30), [...operation.size], [...operation.strides], 'valid')
    case 'averagePool': {
      const mean = (of: Tensor4D) =>
        tf.avgPool(padded(tf, of, operation.pads), [...operation.size], [...operation.strides], 'valid')
      return tf.div(mean(image), mean(tf.onesLike(image)))
    }
    case 'mean':
      return tf.mean(x!, withBatch(operation.axes), operation.keepsAxes)
    case 'maximum':
      return tf.max(x!, withBatch(operation.axes), operation.keepsAxes)
    case 'pad':
      return tf.pad(x!, [[0, 0], ...operation.pads.map(([before, after]): [number, number] => [before, after])])
    case 'slice':
      return tf.slice(x!, [0, ...operation.begin], [x!.shape[0]!, ...operation.size])
    case 'upSample': {
      const [height, width] = operation.factors
      return (operation.interpolation === 'nearest' ? upSampleNearest : upSampleBilinear)(tf, image, [height, width])
    }
    case 'reshape':
      return tf.reshape(x!, [x!.shape[0]!, ...operation.shape])
    case 'transpose':
      return tf.transpose(x!, [0, ...withBatch(operation.order)])
    case 'concatenate':
      return tf.concat([x!, ...others], operation.axis + 1)
    default:
      return ACTIVATION_OPS[KERAS_NAMES[operation.op]](tf, x!)
  }
}

const KERAS_NAMES = {
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  silu: 'silu',
  gelu: 'gelu',
  geluTanh: 'gelu_tanh',
  hardSigmoid: 'hard_sigmoid',
  hardSilu: 'hard_silu',
  elu: 'elu',
  selu: 'selu',
  softplus: 'softplus',
  softmax: 'softmax',
} as const satisfies Partial<Record<Operation['op'], ActivationName>>

const padded = (tf: Tf, x: Tensor4D, [[top, bottom], [left, right]]: Pads, value = 0): Tensor4D =>
  tf.pad4d(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value) // prettier-ignore

/** [kh, kw, ...] with zeros between its places. */
function dilated(tf: Tf, kernel: Tensor4D, [down, right]: readonly [number, number]): Tensor4D {
  const [height, width, ...rest] = kernel.shape
  const spread = (size: number, factor: number) =>
    tf.tensor2d(
      Array.from({ length: (size - 1) * factor + 1 }, (_, i) =>
        Array.from({ length: size }, (__, k) => Number(i === k * factor)),
      ),
    )
  const [rows, columns] = [spread(height, down), spread(width, right)]
  const tall = tf.matMul(rows, tf.reshape(kernel, [height, -1]))
  const turned = tf.transpose(tf.reshape(tall, [rows.shape[0], width, -1]), [1, 0, 2])
  const wide = tf.reshape(tf.matMul(columns, tf.reshape(turned, [width, -1])), [columns.shape[0], rows.shape[0], -1])
  return tf.reshape(tf.transpose(wide, [1, 0, 2]), [rows.shape[0], columns.shape[0], ...rest])
}

function grouped(tf: Tf, x: Tensor4D, kernel: Tensor4D, operation: Operation & { op: 'convolution' }): Tensor {
  const { groups, pads, strides, dilations } = operation
  const inputs = tf.split(padded(tf, x, pads), groups, 3)
  const kernels = tf.split(dilated(tf, kernel, dilations), groups, 3)
  return tf.concat(inputs.map((part, i) => tf.conv2d(part as Tensor4D, kernels[i] as Tensor4D, [...strides], 'valid')), 3) // prettier-ignore
}
