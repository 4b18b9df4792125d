import { FREEZE_KEY, freezeBlocks } from '../../../base/html/freeze-blocks.ts'
import { lineChart } from '../../../base/html/line-chart.ts'
import { markup, type Markup } from '../../../base/html/markup.ts'
import { fold, section } from '../../../base/html/page.ts'
import { table } from '../../../base/html/table.ts'
import { plural } from '../../../base/plural.ts'
import { isShare } from '../../../contract/metric-facts.ts'
import { metricGroup, metricWord, parseMetric } from '../../../contract/metric-words.ts'
import type { CardDetails, CardLayer } from '../../../contract/model-card.ts'
import { figureOf, numberText } from '../../../base/html/figures.ts'

/** One chart for each metric, with a curve for each split. */
export function curveSection({ curves }: CardDetails): Markup {
  const groups = new Map<string, CardDetails['curves']>()
  for (const curve of curves) {
    const group = metricGroup(curve.metric)
    groups.set(group, [...(groups.get(group) ?? []), curve])
  }
  const charts = [...groups].map(([group, members]) => {
    const name = members[0]?.metric ?? ''
    const { metric } = parseMetric(name)
    const drawn = members.map((curve) => {
      const { split } = parseMetric(curve.metric)
      const points = curve.epoch.map((epoch, index) => [epoch, curve.value[index] ?? NaN] as const)
      return { label: split ?? metricWord(metric), colour: ['train', 'validation', 'test'].indexOf(split ?? 'train'), points } // prettier-ignore
    })
    const title = group.replace(metric, metricWord(metric))
    return lineChart({ title, along: 'epoch', curves: drawn, isShare: isShare(name), text: figureOf(name) })
  })
  return section('Curves', [markup`<div class="charts">${charts}</div>`])
}

const STATES = ['frozen', 'trained', 'fresh'] as const

/** What moved and what stood still. */
export function movedSection({ blocks }: CardDetails): Markup {
  const layers = blocks.flatMap((block) => block.layers)
  const rows = STATES.map((state) => {
    const own = layers.filter((layer) => layer.state === state)
    const parameters = own.reduce((sum, layer) => sum + layer.parameters, 0)
    const changes = own.flatMap(({ change }) => (change === null ? [] : [change]))
    const largest = changes.length === 0 ? 'not recorded' : numberText(Math.max(...changes))
    return [state, own.length, parameters.toLocaleString('en'), own.length === 0 ? '–' : largest]
  })
  const numbers = ['Layers', 'Parameters', 'Largest change'].map((label) => ({ label, isNumber: true }))
  const each = table(
    [
      { label: 'Layer' },
      { label: 'State' },
      ...['Parameters', 'Change', 'Moving averages'].map((label) => ({ label, isNumber: true })),
    ],
    layers.map((layer) => [layer.name, layer.state, layer.parameters.toLocaleString('en'), changeText(layer.change), averageText(layer)]), // prettier-ignore
  )
  return section(
    'What moved and what stood still',
    [
      FREEZE_KEY,
      freezeBlocks(blocks),
      table([{ label: 'Plan' }, ...numbers], rows),
      markup`<p class="muted small">
        Change: length of the difference of a layer’s weights, by the length of those it began with.
      </p>`,
      fold(plural(layers.length, 'layer with weights', 'layers with weights'), each),
    ],
    { isLong: true },
  )
}

function changeText(change: number | null): string {
  return change === null ? 'not recorded' : numberText(change)
}

function averageText({ movingChange }: CardLayer): string {
  return movingChange === null ? '' : numberText(movingChange)
}
