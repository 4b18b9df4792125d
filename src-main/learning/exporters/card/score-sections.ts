import { markup, type Markup, type Part } from '../../../base/html/markup.ts'
import { matrix } from '../../../base/html/matrix.ts'
import { fold, section } from '../../../base/html/page.ts'
import { shareBar } from '../../../base/html/share-bar.ts'
import { table } from '../../../base/html/table.ts'
import { percent } from '../../../base/percent.ts'
import { plural } from '../../../base/plural.ts'
import { wilson } from '../../../base/statistics/wilson.ts'
import { metricLabel, parseMetric } from '../../../contract/metric-words.ts'
import type { CardDetails, CardHead, CardMistake } from '../../../contract/model-card.ts'
import { figureOf, numberText } from '../../../base/html/figures.ts'

/** More classes than this are no picture any more: the pairs most often mistaken stand for them. */
const MAX_DRAWN_CLASSES = 30
const PAIRS = 12

const SPLITS: readonly string[] = ['test', 'validation', 'train', '']

/** The metrics of the saved weights. */
export function metricSection({ metrics }: CardDetails): Markup {
  const place = (name: string): number => SPLITS.indexOf(parseMetric(name).split ?? '')
  const sorted = metrics.toSorted((a, b) => place(a.name) - place(b.name))
  const rows = sorted.map(({ name, kept, best, bestEpoch }) => {
    const text = figureOf(name)
    return [metricLabel(name), text(kept), text(best), bestEpoch]
  })
  const numbers = ['Saved weights', 'Best of all epochs', 'Epoch'].map((label) => ({ label, isNumber: true }))
  return section('Scores', [table([{ label: 'Metric' }, ...numbers], rows)])
}

/** What a head of classes answered: its matrix, and each class with its intervals. */
export function classSection(head: CardHead, counts: readonly (readonly number[])[]): Markup {
  const items = sum(counts.flat())
  const hits = sum(head.classes.map((_, index) => counts[index]?.[index] ?? 0))
  const accuracy = markup`<p>Accuracy ${percent(items === 0 ? null : hits / items)} (${intervalText(hits, items)}): ${hits} of ${plural(items, 'item')} of the ${head.split} split. Intervals hold 95 % (Wilson).</p>` // prettier-ignore
  const isDrawn = head.classes.length <= MAX_DRAWN_CLASSES
  const confusion = isDrawn ? matrix(head.classes, counts) : pairs(head.classes, counts)
  const scores = classScores(head.classes, counts)
  const content: Part[] = [accuracy, markup`<h3>Confusion matrix</h3>`, confusion, markup`<h3>Each class</h3>`]
  return section(`Classes of ${head.name}`, [...content, isDrawn ? scores : fold(plural(head.classes.length, 'class', 'classes'), scores)], { isLong: true }) // prettier-ignore
}

function classScores(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const rows = classes.map((name, index) => {
    const hits = counts[index]?.[index] ?? 0
    const expected = sum(counts[index] ?? [])
    const predicted = sum(counts.map((row) => row[index] ?? 0))
    const f1 = expected + predicted === 0 ? null : (2 * hits) / (expected + predicted)
    return [name, expected, ...shareCells(hits, predicted), ...shareCells(hits, expected), percent(f1)]
  })
  const share = (label: string) => [{ label, isNumber: true }, { label: '95 % interval' }, { label: '' }]
  const columns = [{ label: 'Class' }, { label: 'Items', isNumber: true }, ...share('Precision'), ...share('Recall')]
  return table([...columns, { label: 'F1', isNumber: true }], rows)
}

function shareCells(hits: number, count: number): Part[] {
  const interval = wilson(hits, count)
  if (interval === null) return ['–', '', '']
  return [percent(hits / count), intervalText(hits, count), shareBar(hits / count, interval)]
}

function intervalText(hits: number, count: number): string {
  const interval = wilson(hits, count)
  return interval === null ? 'no items' : `${percent(interval.low)} to ${percent(interval.high)}`
}

function pairs(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const wrong = counts.flatMap((row, expected) => row.map((count, predicted) => ({ expected, predicted, count })))
  const most = wrong.filter(({ expected, predicted, count }) => count > 0 && expected !== predicted).sort((a, b) => b.count - a.count) // prettier-ignore
  const rows = most.slice(0, PAIRS).map(({ expected, predicted, count }) => [classes[expected] ?? '', classes[predicted] ?? '', count]) // prettier-ignore
  const words = markup`<p class="muted">${plural(classes.length, 'class', 'classes')} make no readable matrix. The pairs most often mistaken, ${rows.length} of ${most.length}:</p>` // prettier-ignore
  return markup`${words}${table([{ label: 'It is' }, { label: 'The model said' }, { label: 'Items', isNumber: true }], rows)}`
}

export interface PicturedMistake extends CardMistake {
  /** data: address of a small picture; null: none can be had. */
  readonly image: string | null
}

/** The predictions that were furthest off. */
export function mistakeSection(head: CardHead, mistakes: readonly PicturedMistake[]): Markup {
  const title = `Worst mistakes of ${head.name}`
  if (mistakes.length === 0) {
    return section(title, [markup`<p>None on ${head.split === null ? 'any split' : `the ${head.split} split`}.</p>`])
  }
  const lead = markup`<p class="muted">Those with the largest loss on the ${head.split} split, the worst first.</p>`
  return section(title, [
    lead,
    markup`<ul class="pictures">
      ${mistakes.map(mistakeTile)}
    </ul>`,
  ])
}

function mistakeTile({ name, expected, predicted, confidence, picture, image }: PicturedMistake): Markup {
  const drawn = image === null ? (picture === null ? null : markup`<span class="none">The picture is not at hand.</span>`) : markup`<img src="${image}" alt="">` // prettier-ignore
  const sure = confidence === null ? '' : `, ${percent(confidence)} sure`
  return markup`<li>
    ${drawn}<b>${valueText(expected)}</b>said: ${valueText(predicted)}${sure}<br /><span class="muted">${name}</span>
  </li> `
}

function valueText(value: CardMistake['expected']): string {
  if (Array.isArray(value)) return value.length === 0 ? 'no tag' : value.join(', ')
  return typeof value === 'number' ? numberText(value) : (value ?? 'not labelled')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
