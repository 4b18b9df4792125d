import type { Reliability } from '../../../contract/labelling.ts'
import {
  expectedCalibrationError,
  fitTemperature,
  type LabelledLogits,
  reliabilityBins,
} from '../../metrics/temperature.ts'
import { guesses } from '../../metrics/guesses.ts'

const BINS = 10

export interface Calibration {
  /** Share of right answers. */
  readonly accuracy: number
  readonly reliability: Reliability
}

/** Temperature scaling on held-out labels (Guo et al. 2017, section 4.2), reliability after it, and the calibration error before and after, of
 *  those same labels. The temperature is that of the held-out labels and one more, answered by its second guess: Laplace's rule of
 *  succession. Without it twenty right answers in twenty would make the head sure without bounds.
 *
 *  The head that is calibrated saw four fifths of the labels; the one that answers saw all of them, and takes over the temperature. It knows
 *  more, so that what is told here is rather too modest. */
export function calibrate(rows: LabelledLogits): Calibration {
  const { logits, classes, labels } = rows
  const count = labels.length
  const seconds = labels.map((_, i) => secondGuess(logits, i * classes, classes))
  const temperature = fitTemperature({
    classes,
    logits: Float32Array.from({ length: 2 * logits.length }, (_, at) => logits[at % logits.length]!),
    labels: [...labels, ...seconds],
    weights: Array.from({ length: 2 * count }, (_, i) => (i < count ? 1 : 1 / count)),
  })
  const right = guesses(logits, classes).filter(({ label }, i) => label === labels[i]).length
  const reliability = {
    bins: reliabilityBins(rows, temperature, BINS),
    temperature,
    errorBefore: expectedCalibrationError(rows, 1, BINS),
    errorAfter: expectedCalibrationError(rows, temperature, BINS),
    heldOut: count,
  }
  return { accuracy: right / count, reliability }
}

function secondGuess(logits: Float32Array, from: number, classes: number): number {
  let [first, second] = logits[from]! >= logits[from + 1]! ? [0, 1] : [1, 0]
  for (let c = 2; c < classes; c++) {
    if (logits[from + c]! > logits[from + first]!) [first, second] = [c, first]
    else if (logits[from + c]! > logits[from + second]!) second = c
  }
  return second
}
