import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { FlatLayer } from './flatten-model.ts'

const MOST_PIXELS = 4096

/** [height, width, channels] of the model's images. Where the file leaves the size open, the one that was asked for. */
export function inputShape({ title, config }: FlatLayer, inputSize: number | null): number[] {
  const shape = config['batch_shape'] ?? config['batch_input_shape']
  if (!Array.isArray(shape)) throw brokenFile(`Expected the shape of the input ${quoted(title)}. Received: none.`)
  const axes = (shape as unknown[]).slice(1)
  if (axes.length !== 3) {
    throw unsupported(
      `The input ${quoted(title)} has the shape [${axes.map(quoted).join(', ')}]. Graft imports models of images: [height, width, channels].`,
      'Import a model whose input is an image.',
    )
  }
  return axes.map((axis, index) => {
    if (Number.isInteger(axis) && (axis as number) >= 1 && (axis as number) <= MOST_PIXELS) return axis as number
    if (axis === null && index < 2 && inputSize !== null) return inputSize
    if (axis !== null)
      throw brokenFile(
        `Expected sizes of 1 to ${MOST_PIXELS} in the input ${quoted(title)}. Received: ${quoted(axis)}.`,
      )
    throw unsupported(
      `The input ${quoted(title)} leaves its ${['height', 'width', 'number of channels'][index]} open.`,
      'Say the input size, or save the model with a fixed one.',
    )
  })
}
