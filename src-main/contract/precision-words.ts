import type { TrainedFeatures } from './precision.ts'

/** In what the features were computed that an export's heads were trained on, and what that means for its files, a sentence each: for cards, the
 *  command line and the window. Free of schemas. `weights`: what the export keeps its numbers in. */
export function trainedOnSentences(
  { precision, layer, agreement, features }: TrainedFeatures,
  weights: unknown,
): string[] {
  const trained = `The heads were trained on features in ${precision}, which the frozen part computed up to ${layer}.`
  if (precision === 'float32') return [trained]
  const sentences = [trained, filesSentence(precision, weights)]
  if (agreement !== null) {
    const { samples, top1, maxDifference } = agreement
    const same = top1 === null ? '' : `the same class for ${percent(top1)} of them, `
    sentences.push(`The trained network beside itself in float32 throughout, on ${samples} samples: ${same}largest difference of a raw output ${maxDifference.toExponential(2)}.`) // prettier-ignore
  }
  if (features !== null) {
    const { items, cosine, top1, accuracy } = features
    const same = top1 === null ? '' : `; the same class for ${percent(top1)}`
    const right = accuracy === null ? '' : `; right for ${percent(accuracy.here)}, in float32 for ${percent(accuracy.float32)}` // prettier-ignore
    sentences.push(`Features beside float32's on ${items} validation items: cosine ${cosine.mean.toFixed(4)} on average, ${cosine.smallest.toFixed(4)} at least${same}${right}.`) // prettier-ignore
  }
  if (agreement === null && features === null) sentences.push('How far that is from float32 was not measured.')
  return sentences
}

function filesSentence(precision: 'bfloat16' | 'int8', weights: unknown): string {
  if (precision === 'int8' && weights === 'int8') return 'These files compute in int8, too.'
  return `These files do not compute in ${precision}: their features are those of float32, as in the model that Graft saved.`
}

/** What a form says of a model before it is exported; null: nothing that a choice would change. `hasInt8`: the format has an int8 form. */
export function exportAdvice(
  precision: TrainedFeatures['precision'] | null,
  { hasInt8, weights }: { hasInt8: boolean; weights: unknown },
): string | null {
  if (precision === null || precision === 'float32') return null
  const trained = `Its heads were trained on features in ${precision}.`
  if (precision === 'bfloat16') return `${trained} No format has that: the files compute them in float32. How near both are stands on the card.` // prettier-ignore
  if (!hasInt8)
    return `${trained} This format has no int8 form: its files compute them in float32. LiteRT and ONNX have one.`
  if (weights === 'int8') return `${trained} So do these files compute them, with the ranges of the run.`
  return `${trained} Recommended: the int8 weights of this format, which compute them as they were then. Other weights compute them in float32.` // prettier-ignore
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
