import { expect } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { ACTIVATION_OPS } from '../../src-main/learning/ops/activation.ts'
import { batchNormInference, batchNormTraining } from '../../src-main/learning/ops/batch-norm.ts'
import { attention } from '../../src-main/learning/ops/attention.ts'
import { biasAdd } from '../../src-main/learning/ops/bias-add.ts'
import { ACTIVATIONS } from '../../src-main/learning/network/layer-configs/arguments.ts'
import { dropout } from '../../src-main/learning/ops/dropout.ts'
import { groupedConv2d } from '../../src-main/learning/ops/grouped-conv2d.ts'
import { layerNorm } from '../../src-main/learning/ops/layer-norm.ts'
import { averagePool, maxPool } from '../../src-main/learning/ops/pooling.ts'
import { relu } from '../../src-main/learning/ops/relu.ts'
import { matMul } from '../../src-main/learning/ops/mat-mul.ts'
import { sigmoidCrossEntropy } from '../../src-main/learning/ops/sigmoid-cross-entropy.ts'
import { softmaxCrossEntropy } from '../../src-main/learning/ops/softmax-cross-entropy.ts'
import { upSampleBilinear, upSampleNearest } from '../../src-main/learning/ops/up-sample.ts'
import type { Tensor, Tensor2D, Tensor4D, Tf, Variable } from '../../src-main/learning/runtime.ts'

export interface OpCase {
  readonly name: string
  readonly shapes: number[][]
  readonly op: (tf: Tf, inputs: Tensor[]) => Tensor
}

/** Ops of the engine on small inputs. */
export const OP_CASES: OpCase[] = [
  // A name draws the inputs: these draw none at a kink.
  ...ACTIVATIONS.map((name) => ({
    name: name === 'leaky_relu' ? 'leaky relu' : name,
    shapes: [[3, 4]],
    op: (tf: Tf, [x]: Tensor[]) => ACTIVATION_OPS[name](tf, tf.mul(x!, 4)),
  })),
  { name: 'relu up to 1', shapes: [[3, 4]], op: (tf, [x]) => relu(tf, x!, 1) },
  { name: 'bias add', shapes: [[2, 3, 2, 4], [4]], op: (tf, [x, b]) => biasAdd(tf, x!, b!) },
  ...[
    [4, 2, 3, 2],
    [6, 2],
  ].map((shape) => ({
    name: `batch norm in training, rank ${shape.length}`,
    shapes: [shape, [2], [2]],
    op: (tf: Tf, [x, gamma, beta]: Tensor[]) =>
      batchNormTraining(tf, x!, { gamma: gamma!, beta: beta! }, 1e-3, freshAverages(tf)),
  })),
  {
    name: 'batch norm in inference',
    shapes: [[4, 2, 3, 2], [2], [2]],
    op: (tf, [x, gamma, beta]) => {
      const averages = { mean: tf.tensor1d([0.3, -0.2]), variance: tf.tensor1d([0.5, 2]) }
      return batchNormInference(tf, x!, { gamma: gamma!, beta: beta!, ...averages }, 1e-3)
    },
  },
  ...[
    [4, 3],
    [2, 3, 4],
    [2, 2, 3, 4],
  ].map((shape) => ({
    name: `layer norm, rank ${shape.length}`,
    shapes: [shape, [shape.at(-1)!], [shape.at(-1)!]],
    op: (tf: Tf, [x, gamma, beta]: Tensor[]) => layerNorm(tf, tf.mul(x!, 3), gamma!, beta!, 0.1),
  })),
  {
    name: 'attention',
    shapes: [
      [2, 2, 3, 2],
      [2, 2, 3, 2],
      [2, 2, 3, 2],
    ],
    op: (tf, [q, k, v]) => attention(tf, tf.mul(q!, 2), k!, v!, (shares) => shares),
  },
  {
    name: 'softmax cross entropy',
    shapes: [[3, 4]],
    op: (tf, [z]) =>
      softmaxCrossEntropy(tf, z as Tensor2D, tf.oneHot(tf.tensor1d([1, 0, 3], 'int32'), 4).toFloat() as Tensor2D),
  },
  {
    name: 'sigmoid cross entropy',
    shapes: [[3, 2]],
    op: (tf, [z]) => sigmoidCrossEntropy(tf, tf.mul(z!, 3), tf.tensor2d([0, 1, 0.3, 1, 0, 0.9], [3, 2])),
  },
  {
    name: 'matrix product, left',
    shapes: [[3, 4]],
    op: (tf, [a]) => matMul(tf, a!, tf.tensor2d([1, -2, 0.5, 3, 2, -1, 0, 1], [4, 2])),
  },
  {
    name: 'matrix product, both',
    shapes: [
      [2, 3],
      [3, 2],
    ],
    op: (tf, [a, b]) => matMul(tf, a!, b!),
  },
  {
    name: 'global average pooling',
    shapes: [[2, 3, 3, 2]],
    op: (tf, [x]) => tf.mean(x!, [1, 2]),
  },
  ...(['valid', 'same'] as const).map((padding) => ({
    name: `convolution in groups, ${padding}`,
    shapes: [
      [2, 4, 5, 4],
      [3, 2, 2, 6],
    ],
    op: (tf: Tf, [x, kernel]: Tensor[]) =>
      groupedConv2d(tf, x as Tensor4D, kernel as Tensor4D, { groups: 2, strides: [1, 2], padding }),
  })),
  {
    name: 'average pooling with a padding of its own',
    shapes: [[1, 3, 4, 2]],
    op: (tf, [x]) => averagePool(tf, x as Tensor4D, { size: [2, 3], strides: [2, 2], padding: [[1, 0], [1, 2]] }), // prettier-ignore
  },
  {
    name: 'max pooling with a padding of its own',
    shapes: [[1, 4, 4, 2]],
    op: (tf, [x]) => maxPool(tf, tf.mul(x!, 9) as Tensor4D, { size: [3, 3], strides: [2, 2], padding: [[1, 1], [1, 1]] }), // prettier-ignore
  },
  { name: 'nearest pixels', shapes: [[2, 2, 3, 2]], op: (tf, [x]) => upSampleNearest(tf, x as Tensor4D, [2, 3]) },
  { name: 'pixels between', shapes: [[2, 2, 3, 2]], op: (tf, [x]) => upSampleBilinear(tf, x as Tensor4D, [2, 3]) },
  {
    name: 'prelu',
    shapes: [
      [3, 2, 2, 3],
      [1, 1, 3],
    ],
    op: (tf, [x, alpha]) => tf.prelu(tf.mul(x!, 4), alpha!),
  },
  {
    name: 'scaling of channels',
    shapes: [
      [2, 3, 3, 2],
      [2, 1, 1, 2],
    ],
    op: (tf, [x, scale]) => tf.mul(x!, scale!),
  },
  {
    name: 'dropout of whole samples',
    shapes: [[5, 4]],
    op: (tf, [x]) => dropout(tf, x!, 0.4, 7, tf.scalar(3, 'int32'), [5, 1]),
  },
  {
    name: 'dropout',
    shapes: [[5, 4]],
    op: (tf, [x]) => dropout(tf, x!, 0.4, 7, tf.scalar(3, 'int32')),
  },
]

/** sum(op(inputs) * weights), so that every output counts differently. */
function score(tf: Tf, entry: OpCase, inputs: Tensor[], weights: (shape: number[]) => Tensor): Tensor {
  const y = entry.op(tf, inputs)
  return tf.sum(tf.mul(y, weights(y.shape)))
}

/** Holds an op's gradient against central differences of its values. */
export function checkGradient(tf: Tf, entry: OpCase): void {
  const before = tf.memory().numTensors
  const values = entry.shapes.map((shape, i) => {
    const random = seededRandom(i + 1, entry.name)
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random() - 1)
  })
  const tensors = () => values.map((value, i) => tf.tensor(value, entry.shapes[i]!))
  const weights = (shape: number[]) => {
    const random = seededRandom(9, entry.name)
    return tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() + 0.5),
      shape,
    )
  }
  const value = () => tf.tidy(() => score(tf, entry, tensors(), weights).dataSync()[0]!)
  const gradients = tf.tidy(() =>
    tf
      .grads((...inputs) => score(tf, entry, inputs, weights) as Tensor)(tensors())
      .map((g) => g.dataSync().slice()),
  )
  const step = 1e-2
  for (const [i, list] of values.entries()) {
    for (let k = 0; k < list.length; k++) {
      const held = list[k]!
      list[k] = held + step
      const up = value()
      list[k] = held - step
      const down = value()
      list[k] = held
      // Central differences in float32: rounding of sums near 10 over a step of 0.02, and the third derivative's part.
      expect((up - down) / (2 * step)).toBeCloseTo(gradients[i]![k]!, 1.4)
    }
  }
  expect(tf.memory().numTensors).toBe(before)
}

/** Averages that nothing is written to, since the gradient is taken at many points. */
function freshAverages(tf: Tf) {
  const still = (start: Tensor) => Object.assign(start, { assign: () => undefined }) as unknown as Variable
  return { mean: still(tf.zeros([2])), variance: still(tf.ones([2])), momentum: 0.9 }
}
