import { percent } from '../../base/percent.ts'
import type { ExhibitInput } from '../../contract/exhibits.ts'
import { countOf } from '../transferability/features.ts'
import type { DomainDistance } from './measure-gap.ts'
import { principalPlane } from './principal-plane.ts'
import { accuracyOfDistance, distanceWords } from './domain-words.ts'

/** One network's accuracies; null: not measured. */
export interface ResultRow {
  readonly name: string
  readonly source: number | null
  readonly target: number | null
}

export interface Results {
  readonly method: string
  readonly sourceOnly: ResultRow | null
  readonly adapted: ResultRow
  /** Trained on the target's labels. */
  readonly oracle: ResultRow | null
  /** The adapted network gives nearly every target sample the same class: an accuracy is then luck of the classes' shares. */
  readonly isCollapsed: boolean
  /** So does the source-only network: there is nothing to go back to. */
  readonly isSourceOnlyCollapsed: boolean
  /** Split that the target's accuracies are from; null: the target has no labels. */
  readonly split: string | null
}

/** Share of the gap between source-only and target-supervised that is closed; null: it cannot be told. */
export function gapClosed({
  sourceOnly,
  adapted,
  oracle,
}: Pick<Results, 'sourceOnly' | 'adapted' | 'oracle'>): number | null {
  const [low, high] = [sourceOnly?.target, oracle?.target]
  if (typeof low !== 'number' || typeof high !== 'number' || adapted.target === null || high <= low) return null
  return (adapted.target - low) / (high - low)
}

export function resultsExhibit(results: Results): ExhibitInput {
  const { sourceOnly, adapted, oracle, split, isCollapsed } = results
  const rows = [sourceOnly, adapted, oracle].filter((row) => row !== null)
  const gain =
    typeof sourceOnly?.target === 'number' && adapted.target !== null ? adapted.target - sourceOnly.target : null
  return {
    kind: 'table',
    id: 'domain-results',
    title: 'Was it worth it?',
    words: `${resultWords(results, gain)} ${reportNote(split)}`,
    level: isCollapsed ? 'warn' : gain === null ? 'info' : gain > 0 ? 'good' : 'warn',
    columns: [
      { label: 'Network' },
      { label: 'Source accuracy', format: 'percent', better: 'higher' },
      { label: 'Target accuracy (report only)', format: 'percent', better: 'higher' },
    ],
    rows: rows.map(({ name, source, target }) => [name, source, target]),
    own: rows.indexOf(adapted),
  }
}

function resultWords(results: Results, gain: number | null): string {
  const { method, adapted, sourceOnly, isCollapsed, isSourceOnlyCollapsed } = results
  if (isCollapsed) {
    const figure = adapted.target === null ? '' : `, so the ${percent(adapted.target)} it gets right say nothing`
    const advice = isSourceOnlyCollapsed
      ? 'So does the source-only network: what it learned does not reach the target, and adaptation finds no classes to align. Make the two datasets more alike first (contrast, inversion, colour), or label some of the target.'
      : 'Keep the source-only network, and try a lower learning rate or a smaller weight of the adversary.'
    return `No: ${method} gives nearly every target sample the same class${figure}. ${advice}`
  }
  if (adapted.target === null) return 'The target has no labels, so how many of its predictions are right is not known.'
  if (gain === null) return `${method} gets ${percent(adapted.target)} of the target right.`
  const closed = gapClosed(results)
  const share = closed === null ? '' : `, which closes ${percent(closed)} of the gap to a network trained on the target’s labels` // prettier-ignore
  const points = (100 * Math.abs(gain)).toFixed(1)
  if (gain > 0) return `${method} gets ${percent(adapted.target)} of the target right, ${points} points more than source-only (${percent(sourceOnly!.target!)})${share}.` // prettier-ignore
  return `${method} gets ${percent(adapted.target)} of the target right, ${points} points less than source-only (${percent(sourceOnly!.target!)}): adaptation hurts here. Keep the source-only network.` // prettier-ignore
}

function reportNote(split: string | null): string {
  if (split === null) return ''
  return `Labels of the target’s ${split} split were read for this report only: nothing was trained, selected or stopped by them.`
}

export interface Distances {
  readonly layer: string
  /** What "before" is: source-only, or the starting weights. */
  readonly beforeName: string
  readonly before: DomainDistance
  readonly after: DomainDistance
  /** Of the predictions on the target: features that are all at one spot are near each other, and of no use. */
  readonly isCollapsed: boolean
}

/** Proxy A-distance and MMD before and after, at the same layer. */
export function distanceExhibit({ layer, beforeName, before, after, isCollapsed }: Distances): ExhibitInput {
  const change = after.proxy.distance - before.proxy.distance
  const spread = Math.hypot(before.proxy.standardError, after.proxy.standardError)
  const moved = Math.abs(change) <= 2 * spread ? 'did not change beyond chance' : change < 0 ? 'fell' : 'rose'
  const words = `The proxy A-distance of the features at "${layer}" ${moved}: from ${told(before)} to ${told(after)}.${clipped(before, after)} ${isCollapsed ? 'The predictions on the target have collapsed, so that a distance says nothing of its classes.' : 'Near 0 the domains are alike there, which does not yet say that their classes lie on top of each other.'}`
  return {
    kind: 'table',
    id: 'domain-distance',
    title: 'Distance of the domains',
    words,
    level: isCollapsed ? 'warn' : moved === 'fell' ? 'good' : 'info',
    columns: [
      { label: 'Network' },
      { label: 'Proxy A-distance (0 to 2)', format: 'number', better: 'lower' },
      { label: 'A linear classifier tells the domain', format: 'percent' },
      { label: 'MMD squared', format: 'number', better: 'lower' },
      { label: 'Samples of each domain', format: 'count' },
    ],
    rows: [distanceRow(`before (${beforeName})`, before), distanceRow('after', after)],
    own: 1,
  }
}

function distanceRow(name: string, { proxy, mmd }: DomainDistance): (string | number)[] {
  return [name, proxy.distance, 1 - proxy.error, mmd.squared, proxy.perDomain]
}

function told({ proxy }: DomainDistance): string {
  return `${proxy.distance.toFixed(2)} (${distanceWords(proxy.distance)})`
}

function clipped(...distances: readonly DomainDistance[]): string {
  const below = distances.filter(({ proxy }) => proxy.raw < 0)
  return below.length === 0 ? '' : ` ${below.map(({ proxy }) => proxy.raw.toFixed(2)).join(' and ')} was raised to 0: the classifier did worse than a coin.` // prettier-ignore
}

/** How often each class is predicted for the target, beside the source's own shares. */
export function histogramExhibit(options: {
  readonly classes: readonly string[]
  readonly priors: readonly number[]
  readonly predictions: readonly { readonly name: string; readonly histogram: readonly number[] }[]
  readonly words: string
  readonly level?: 'info' | 'good' | 'warn'
}): ExhibitInput {
  const share = (counts: readonly number[]) => {
    const total = Math.max(1, counts.reduce((sum, value) => sum + value, 0)) // prettier-ignore
    return counts.map((value) => value / total)
  }
  return {
    kind: 'matrix',
    id: 'domain-predictions',
    title: 'Predictions on the target',
    words: options.words,
    level: options.level ?? 'info',
    rowLabel: 'Network',
    columnLabel: 'Class',
    rows: ['labels of the source', ...options.predictions.map(({ name }) => name)],
    columns: [...options.classes],
    values: [share(options.priors), ...options.predictions.map(({ histogram }) => share(histogram))],
    format: 'percent',
  }
}

/** Points drawn of each domain. */
const DRAWN = 400

/** Features of both domains on the plane of their largest variance. */
export function scatterExhibit(
  when: 'before' | 'after',
  layer: string,
  { source, target, proxy }: DomainDistance,
): ExhibitInput {
  const counts = [source, target].map((features) => Math.min(DRAWN, countOf(features)))
  const values = new Float32Array((counts[0]! + counts[1]!) * source.length)
  values.set(source.values.subarray(0, counts[0]! * source.length))
  values.set(target.values.subarray(0, counts[1]! * source.length), counts[0]! * source.length)
  const { places, shares } = principalPlane({ values, length: source.length })
  const points = Array.from({ length: places.length / 2 }, (_, i) => {
    return { x: places[2 * i]!, y: places[2 * i + 1]!, group: i < counts[0]! ? 0 : 1 }
  })
  const axis = (i: 0 | 1) => ({ label: `Component ${i + 1} (${percent(shares[i])} of the variance)` })
  return {
    kind: 'scatter',
    id: `domain-features-${when}`,
    title: `Features ${when} adaptation`,
    words: `Features at "${layer}" on the plane of their largest variance. A linear classifier tells the domain of ${percent(accuracyOfDistance(proxy.distance))} of unseen samples.`,
    x: axis(0),
    y: axis(1),
    groups: [
      { name: 'source', domain: 'source' },
      { name: 'target', domain: 'target' },
    ],
    points,
  }
}
