import type { HeadFit, LabellingState } from '@contract/labelling.ts'
import { formatDuration, formatInteger, formatPercent, plural } from '../../ui/format.ts'

type Estimate = NonNullable<LabellingState['estimate']>

/** z of a 95 % interval. */
const Z = 1.96
/** An interval that is so narrow to each side says enough for most decisions. */
const NARROW = 0.05

/** "3 classes · 41 labels · fitted in 120 ms · 87 % of held-out labels right". */
export function headFacts(head: HeadFit): string[] {
  return [
    plural(head.classes, 'class', 'classes'),
    labelsSaid(head),
    `fitted in ${quickTime(head.milliseconds)}`,
    ...(head.accuracy === null ? [] : [`${formatPercent(head.accuracy, 0)} of held-out labels right`]),
  ]
}

/** Fits are compared with a blink: below a second in milliseconds. */
function quickTime(milliseconds: number): string {
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : formatDuration(milliseconds / 1000)
}

/** Where labels are so many that a fit takes a part of them, that is said. */
function labelsSaid({ labelled, used = labelled }: HeadFit): string {
  return used < labelled ? `${formatInteger(used)} of ${plural(labelled, 'label')}` : plural(labelled, 'label')
}

/** How sure it is of a suggestion. Never "100 %": nothing that was learnt is certain. */
export function confidenceText(confidence: number): string {
  return confidence > 0.99 ? '> 99 %' : formatPercent(confidence, 0)
}

/** "Estimated accuracy 91 % (84–95 %), from 60 random items", or how many of those drawn wait for their label. */
export function estimateWords(estimate: Estimate): string {
  const { drawn, answered, accuracy, low, high } = estimate
  if (answered === 0) return `${plural(drawn, 'item')} drawn at random: label them to estimate the accuracy`
  const interval = `${formatInteger(low * 100)}–${formatPercent(high, 0)}`
  return `Estimated accuracy ${formatPercent(accuracy, 0)} (${interval}), from ${plural(answered, 'random item')}`
}

/** How many more random items make the interval narrow, by the normal approximation; 0: it is. */
export function moreForNarrow({ answered, accuracy, low, high }: Estimate): number {
  if (answered === 0) return Math.ceil((Z * 0.5) ** 2 / NARROW ** 2)
  if ((high - low) / 2 <= NARROW) return 0
  // Near 0 and 1 the approximation would promise too much.
  const p = Math.min(0.95, Math.max(0.05, accuracy))
  return Math.max(1, Math.ceil((Z ** 2 * p * (1 - p)) / NARROW ** 2) - answered)
}

/** What the estimate means, and when to stop. */
export function estimateHelp(estimate: Estimate | null): string {
  const meaning =
    'Of items drawn at random, how often the suggestion was the label that you then gave: what would be right if all other suggestions were accepted now. In brackets the 95 % interval. '
  if (estimate === null || estimate.answered === 0) return `${meaning}Choose the order “At random” to begin.`
  const more = moreForNarrow(estimate)
  const next =
    more === 0
      ? 'The interval is narrow: if its lower end is good enough for you, stop labelling and accept the rest.'
      : `About ${formatInteger(more)} more random items narrow it to 5 points each way. Stop when its lower end is good enough for you.`
  const waiting = estimate.drawn - estimate.answered
  const rest =
    waiting === 0
      ? ''
      : ` ${plural(waiting, 'drawn item waits', 'drawn items wait')} for a label: leaving out the hard ones flatters the estimate.`
  return meaning + next + rest
}

/** What acceptance left alone; null: nothing. */
export function leftWords(left: number): string | null {
  if (left === 0) return null
  return `${plural(left, 'item was', 'items were')} left as ${left === 1 ? 'it is: it has' : 'they are: they have'} a label by now.`
}

/** Seconds left of what has done so many of so many in so many seconds; null: not known yet. */
export function secondsLeft(done: number, total: number | null, seconds: number): number | null {
  return total === null || done <= 0 || seconds < 1 ? null : (seconds * (total - done)) / done
}
