import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { OnnxModel } from './model-proto.ts'

/** Size of the pictures, and which axes of the input tensor are their height, width and channels. */
export interface PictureInput {
  readonly name: string
  readonly size: readonly [height: number, width: number, channels: number]
  readonly order: readonly [number, number, number]
}

const MAX_SIDE = 4096

/** The only input: pictures, channels first or last. `side` is for files that leave it open. Throws E_MODEL_UNSUPPORTED. */
export function pictureInput({ inputs }: OnnxModel, side: number | null): PictureInput {
  const [input, ...others] = inputs
  if (input === undefined) throw brokenFile('Expected an input of the ONNX graph. Received: none.')
  if (others.length > 0) {
    throw unsupported(
      `The model has ${inputs.length} inputs (${inputs.slice(0, 5).map(({ name }) => quoted(name)).join(', ')}). Graft's networks have one.`,
      'Export the part that sees the images.',
    ) // prettier-ignore
  }
  const { name, shape } = input
  const said = `[${shape.map((size) => size ?? '?').join(', ')}]`
  const isColour = (size: number | null | undefined): boolean => size === 1 || size === 3
  const order = isColour(shape[1]) ? ([2, 3, 1] as const) : isColour(shape[3]) ? ([1, 2, 3] as const) : null
  if (shape.length !== 4 || order === null) {
    throw unsupported(`The input ${quoted(name)} has the shape ${said}. Graft imports models of images of 1 or 3 channels.`, 'Export a model whose input is [1, 3, height, width].') // prettier-ignore
  }
  if (shape[0] !== null && shape[0] !== 1) {
    throw unsupported(`The input ${quoted(name)} takes ${shape[0]} pictures at a time (${said}).`, 'Export the model with a batch of 1, or of any size.') // prettier-ignore
  }
  const [height, width, channels] = order.map((axis) => shape[axis] ?? side) as [number | null, number | null, number]
  if (height === null || width === null) {
    throw unsupported(`The input ${quoted(name)} leaves its height or width open (${said}).`, 'Say the side of its pictures: --input-size in the command line.') // prettier-ignore
  }
  if (Math.max(height, width) > MAX_SIDE) throw brokenFile(`Expected pictures of at most ${MAX_SIDE} pixels a side. Received: ${said}.`) // prettier-ignore
  return { name, size: [height, width, channels], order }
}
