import type { TrainedFeatures } from './precision.ts'
import type { PrefixPrecision } from './prefix-precision.ts'

/** In what the features were computed that an export's heads were trained on, and what that means for its files, a sentence each: for cards, the
 *  command line and the window. Free of schemas. `weights`: what the export keeps its numbers in. */
export function trainedOnSentences(trainedOn: TrainedFeatures, weights: unknown): string[] {
  const { precision, layer, isTrainedLater, agreement, features } = trainedOn
  const trained = `The heads were trained on features in ${precision}, which the frozen part computed up to ${layer}.`
  if (precision === 'float32') return [trained]
  const sentences = [trained, isTrainedLater ? LATER : filesSentence(trainedOn, weights)]
  if (agreement !== null) sentences.push(agreementSentence(agreement))
  if (features !== null) sentences.push(featuresSentence(features))
  if (agreement === null && features === null) sentences.push('How far that is from float32 was not measured.')
  return sentences
}

const NUMBERS: Readonly<Record<NonNullable<TrainedFeatures['numbers']>, string>> = {
  whole: 'These files compute in int8, too, with the ranges, weights and biases of the run in whole numbers.',
  ranges:
    'These files compute in int8, too, by the ranges of the run. Its weights in whole numbers are no longer in the cache, so these were rounded by themselves; measuring the precisions of its frozen part anew brings them back.',
}

const LATER = 'Layers of that part were trained later, in float32: its features are others since.'

function filesSentence({ precision, numbers }: TrainedFeatures, weights: unknown): string {
  if (precision === 'int8' && weights === 'int8')
    return numbers === undefined ? 'These files compute in int8, too.' : NUMBERS[numbers]
  return `These files compute them in float32, not in ${precision}.`
}

function agreementSentence({ samples, top1, maxDifference }: NonNullable<TrainedFeatures['agreement']>): string {
  const same = top1 === null ? '' : `the same class for ${percent(top1)}, `
  return `The trained network beside itself in float32 throughout, on ${samples} samples: ${same}largest difference of a raw output ${maxDifference.toExponential(2)}.`
}

function featuresSentence({ items, cosine, top1, accuracy }: NonNullable<TrainedFeatures['features']>): string {
  const same = top1 === null ? '' : `; the same class for ${percent(top1)}`
  const right =
    accuracy === null ? '' : `; right for ${percent(accuracy.here)}, in float32 for ${percent(accuracy.float32)}`
  return `Features beside those of float32 on ${items} validation items: cosine ${cosine.mean.toFixed(4)} on average, ${cosine.smallest.toFixed(4)} at least${same}${right}.`
}

/** What a form says of a model before it is exported; null: nothing that its choices would change. `hasInt8`: the format has an int8 form. */
export function exportAdvice(
  precision: PrefixPrecision | null,
  { hasInt8, weights }: { readonly hasInt8: boolean; readonly weights: unknown },
): string | null {
  if (precision === null || precision === 'float32') return null
  const trained = `Its heads were trained on features in ${precision}.`
  if (precision === 'bfloat16') return `${trained} No format computes in that: the files give those of float32.`
  if (!hasInt8)
    return `${trained} This format has no int8 form: its files give those of float32. ONNX and LiteRT have one.`
  if (weights === 'int8')
    return `${trained} With int8 weights the files compute in int8 as well, by the ranges of the run. ${MEASURED}`
  return `${trained} These files give those of float32; with int8 weights they compute in int8, too, by the ranges of the run. ${MEASURED}`
}

const MEASURED = 'What that costs is measured.'

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
