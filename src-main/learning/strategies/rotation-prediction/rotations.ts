import type { Tensor, Tensor4D, Tf } from '../../runtime.ts'
import type { Samples, TrainingData, Values } from '../../engine/data/training-data.ts'

/** Degrees of the four classes, counter-clockwise. Gidaris, Singh, Komodakis, "Unsupervised representation learning by predicting
 *  image rotations", ICLR 2018, arXiv 1803.07728. */
export const ROTATIONS = ['0', '90', '180', '270'] as const

/** Turns images counter-clockwise by so many quarters: x (B, S, S, C) -> the same shape. */
export function rotateQuarters(tf: Tf, x: Tensor, quarters: number): Tensor {
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return tf.reverse(tf.transpose(x as Tensor4D, [0, 2, 1, 3]), 1)
    case 2:
      return tf.reverse(x as Tensor4D, [1, 2])
    case 3:
      return tf.reverse(tf.transpose(x as Tensor4D, [0, 2, 1, 3]), 2)
    default:
      return tf.clone(x)
  }
}

/** All four copies of a batch, (B, S, S, C) -> (4B, S, S, C): first the batch as it is, then turned by one quarter ... */
export function allRotations(tf: Tf, x: Tensor): Tensor {
  return tf.concat(ROTATIONS.map((_, quarters) => rotateQuarters(tf, x, quarters) as Tensor4D))
}

/** Class probabilities of those copies: (B, 4) -> (4B, 4). Who is turned by r, and then by q quarters more, is turned by r + q. */
export function rotatedTargets(tf: Tf, targets: Tensor): Tensor {
  const classes: Tensor[] = tf.unstack(targets, 1)
  const turned = ROTATIONS.map((_, quarters) =>
    tf.stack(
      classes.map((_c, i) => classes[(i + 4 - quarters) % 4]!),
      1,
    ),
  )
  return tf.concat(turned)
}

/** One image turned counter-clockwise, pixel by pixel. */
export function turnPixels(
  values: Values,
  at: number,
  size: number,
  channels: number,
  quarters: number,
  into: Values,
): void {
  const last = size - 1
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [fromY, fromX] = [[y, x], [x, last - y], [last - y, last - x], [last - x, y]][quarters]! as [number, number] // prettier-ignore
      for (let c = 0; c < channels; c++) {
        into[at + (y * size + x) * channels + c] = values[at + (fromY * size + fromX) * channels + c]!
      }
    }
}

/** The same images in four rotations: row 4 i + r is image i turned by r quarters, and r is its target. Training rows are each image
 *  once, in one of its four rotations: the loss adds the other three to the batch. */
export function rotatedData(data: TrainingData, rows: readonly number[], validation: readonly number[]): TrainingData {
  const { samples } = data
  const [size, , channels] = samples.shape as [number, number, number]
  const turned = (some: readonly number[], values: Values): Values => {
    const into = values instanceof Uint8Array ? new Uint8Array(values.length) : new Float32Array(values.length)
    some.forEach((row, i) => turnPixels(values, i * size * size * channels, size, channels, row % 4, into))
    return into
  }
  const image = (row: number) => Math.floor(row / 4)
  const { changes } = samples
  const rotated: Samples = {
    ...samples,
    held: null,
    load(some, epoch) {
      const values = samples.load(some.map(image), epoch)
      return values instanceof Promise ? values.then((loaded) => turned(some, loaded)) : turned(some, values)
    },
    changes:
      changes === null ? null : { ...changes, draw: (tf, some, times) => changes.draw(tf, some.map(image), times) },
  }
  const count = data.hashes.length
  return {
    ...data,
    samples: rotated,
    copies: null,
    hashes: Array.from({ length: 4 * count }, (_, row) => `${data.hashes[image(row)]!} turned ${row % 4}`),
    targets: [Float64Array.from({ length: 4 * count }, (_, row) => row % 4)],
    hiddenTargets: null,
    unlabelled: [],
    rows: {
      train: rows.map((row, i) => 4 * row + (i % 4)),
      validation: validation.flatMap((row) => [0, 1, 2, 3].map((r) => 4 * row + r)),
      test: [],
    },
    preprocessingKey: `${data.preprocessingKey} in four rotations`,
  }
}
