import { GraftError } from '../../contract/errors.ts'
import { inferNetwork } from '../network/infer.ts'
import type { ImportedModel } from './importer.ts'

/** That what an importer gave is whole: pictures go in, every weight is there, in its shape and finite, and class names fit the output.
 *  Throws E_MODEL_FILE or E_MODEL_UNSUPPORTED. */
export function checkImported({ network, weights, classes, format }: ImportedModel): void {
  const inferred = inferNetwork(network)
  const [height, width, channels] = inferred.shapes.get(network.layers[0]?.name ?? '') ?? []
  if (height === undefined || width === undefined || (channels !== 1 && channels !== 3)) {
    throw new GraftError(
      'E_MODEL_UNSUPPORTED',
      `Expected a network for pictures, with an input of height, width and 1 or 3 channels. Received: [${[height, width, channels].filter((side) => side !== undefined).join(', ')}].`,
      { fix: 'Only networks for grey or colour pictures can be imported.' },
    )
  }
  for (const { fullName, shape } of inferred.weights) {
    const found = weights.get(fullName)
    if (found === undefined) throw broken(format, `the weight ${fullName}`, 'none')
    if (String(found.shape) !== String(shape)) {
      throw broken(format, `${fullName} of shape [${shape.join(', ')}]`, `[${found.shape.join(', ')}]`)
    }
    const place = found.values.findIndex((value) => !Number.isFinite(value))
    if (place !== -1) throw broken(format, `numbers in ${fullName}`, `${found.values[place]} at place ${place}`)
  }
  const width0 = outputWidth(network, inferred.shapes)
  if (classes !== null && classes.length !== width0) {
    throw broken(format, `as many class names as outputs, ${width0 ?? 'which are no classes'}`, String(classes.length))
  }
}

/** Units of the only output; null: there are several outputs, or it is a map. */
export function outputWidth(
  { outputs }: ImportedModel['network'],
  shapes: ReadonlyMap<string, readonly number[]>,
): number | null {
  const shape = outputs.length === 1 ? shapes.get(outputs[0]!) : undefined
  return shape?.length === 1 ? shape[0]! : null
}

function broken(format: string, expected: string, received: string): GraftError {
  return new GraftError('E_MODEL_FILE', `${format}: expected ${expected}. Received: ${received}.`, {
    fix: 'Take an intact copy of the file.',
  })
}
