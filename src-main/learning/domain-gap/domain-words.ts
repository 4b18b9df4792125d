import { percent } from '../../base/percent.ts'
import { CONFUSED_LOSS } from '../losses/domain-loss.ts'
import { effectiveClasses, isCollapsed, type PredictionSummary, totalVariation } from './domain-predictions.ts'

/** How far apart two domains are, in words, by the proxy A-distance of their features. */
export function distanceWords(distance: number): string {
  if (distance < 0.3) return 'hardly different'
  if (distance < 0.9) return 'somewhat different'
  if (distance < 1.5) return 'clearly different'
  if (distance < 1.9) return 'very different'
  return 'told apart almost without a mistake'
}

export interface DiscriminatorFigures {
  /** Mean over the last epoch, in training. */
  readonly loss: number
  readonly accuracy: number
  /** The same of a fresh linear classifier on the features, 0..1; null: not measured. */
  readonly probeAccuracy: number | null
  /** The predictions on the target are of almost one class. */
  readonly isCollapsed: boolean
}

/** What a discriminator's figures mean. At 50 % it is either confused (features of both domains alike: a fresh classifier cannot tell
 *  them apart either) or dead (it answers nothing at all, though a fresh classifier can). */
export function discriminatorWords({ loss, accuracy, probeAccuracy, isCollapsed }: DiscriminatorFigures): string {
  const figures = `The discriminator tells ${percent(accuracy)} of the samples right at a loss of ${loss.toFixed(3)} (${CONFUSED_LOSS.toFixed(3)} is a coin)`
  if (accuracy > 0.95) {
    return `${figures}: the features are not aligned; it always knows. A larger weight of the reversed gradient, more epochs or a weaker discriminator may help.`
  }
  if (accuracy > 0.6) return `${figures}: partly aligned.`
  const isStill = Math.abs(loss - CONFUSED_LOSS) < 0.02
  if (probeAccuracy !== null && probeAccuracy > 0.75) {
    const why = isStill ? 'dead: it answers the same for all' : 'too weak'
    return `${figures}, but a fresh linear classifier on the same features tells ${percent(probeAccuracy)} right: the discriminator is ${why}. Raise its learning rate or its size.`
  }
  if (loss > CONFUSED_LOSS + 0.1) return `${figures}: it is being fooled step by step; the two are still moving.`
  const proof =
    probeAccuracy === null ? '' : `, and a fresh linear classifier does no better than ${percent(probeAccuracy)}`
  if (isCollapsed)
    return `${figures}${proof}: it is confused because the predictions have collapsed, not because the domains were made alike.`
  return `${figures}${proof}: it is confused, which is the aim.`
}

/** Accuracy of a classifier with this proxy A-distance. */
export function accuracyOfDistance(distance: number): number {
  return (distance / 2 + 1) / 2
}

/** What the predictions on the target say without labels: collapsed, uneven, or spread like the source's classes. */
export function histogramWords(
  priors: readonly number[],
  adapted: PredictionSummary,
  plain: PredictionSummary | null,
): { words: string; level: 'info' | 'warn' } {
  const expected = effectiveClasses(priors)
  const count = `${adapted.effectiveClasses.toFixed(1)} of ${expected.toFixed(1)} classes are in use on the target`
  const before = plain === null ? '' : ` (${plain.effectiveClasses.toFixed(1)} before adaptation)`
  if (isCollapsed(adapted.effectiveClasses, expected)) {
    return { words: `${count}${before}: the predictions have collapsed to almost one class.`, level: 'warn' }
  }
  const shift = totalVariation(adapted.histogram, priors)
  const shifted = `${percent(shift)} of the predictions would have to change for the source’s shares of the classes`
  const words = `${count}${before}; ${shifted}. A class that is hardly predicted though the target has it is where adaptation went wrong.`
  return { words, level: 'info' }
}
