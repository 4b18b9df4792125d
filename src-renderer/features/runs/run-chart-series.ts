import type { Run } from '@contract/runs.ts'
import type { SeriesBuffer } from '../../stores/series-buffer.ts'
import type { ChartSeries } from '../../ui/charts/chart-series.ts'
import { compareMetrics, metricLabel, metricWord, parseMetric, subjectOfMetric } from './metric-name.ts'

export type XAxis = 'step' | 'epoch' | 'time'

export const X_AXIS_TITLE: Readonly<Record<XAxis, string>> = { step: 'Step', epoch: 'Epoch', time: 'Seconds' }

export interface RunChart {
  /** e.g. `loss`, `accuracy (species)`. */
  readonly group: string
  readonly title: string
  readonly series: ChartSeries[]
}

/** First colour of a strategy's further networks; 0 and 1 are validation and training of the run's own. */
const FURTHER = 2

/** One chart per metric and head of a run, each with its splits: training dashed, validation and test solid. Further networks of
 *  a strategy (teacher, a student alone) stand in the chart of the same metric, to be compared; `heads` tells them from heads. */
export function runCharts(
  curves: ReadonlyMap<string, SeriesBuffer>,
  axis: XAxis,
  heads: readonly string[] | null = null,
): RunChart[] {
  const charts = new Map<string, RunChart>()
  const networks: string[] = []
  const isOwn = (metric: string): boolean => heads === null || subjectOfMetric(metric, heads).network === null
  const names = [...curves.keys()].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || compareMetrics(a, b))
  for (const metric of names) {
    const buffer = curves.get(metric)
    const { split, head: own, metric: word } = parseMetric(metric)
    // A test value is one point at the end; the results tell it.
    if (buffer === undefined || split === 'test' || buffer.value.length === 0) continue
    const { network, head } = heads === null ? { network: null, head: own } : subjectOfMetric(metric, heads)
    const group = head === null ? word : `${word} (${head})`
    const chart = charts.get(group) ?? { group, title: groupTitle(group), series: [] }
    if (network !== null && !networks.includes(network)) networks.push(network)
    const further = network === null ? null : FURTHER + networks.indexOf(network)
    chart.series.push({
      id: metric,
      label:
        network === null ? metricLabel(metric) : `${network}: ${metricLabel([split, word].filter(Boolean).join('.'))}`,
      colour: further ?? (split === 'train' ? 1 : 0),
      dashed: split === 'train',
      x: buffer[axis],
      y: buffer.value,
    })
    charts.set(group, chart)
  }
  return [...charts.values()].sort((a, b) => chartPlace(a) - chartPlace(b))
}

/** The same metric of several runs in one chart; colour and label are the run's. */
export function overlaySeries(
  runs: readonly Run[],
  curvesOf: (runId: string) => ReadonlyMap<string, SeriesBuffer> | undefined,
  metrics: readonly string[],
  axis: XAxis,
): ChartSeries[] {
  return runs.flatMap((run) =>
    metrics.flatMap((metric) => {
      const buffer = curvesOf(run.id)?.get(metric)
      if (buffer === undefined || buffer.value.length === 0) return []
      const { split } = parseMetric(metric)
      const label = metrics.length > 1 ? `${run.name} · ${split ?? metric}` : run.name
      return [
        {
          id: `${run.id}:${metric}`,
          label,
          colour: run.colour,
          dashed: split === 'train',
          x: buffer[axis],
          y: buffer.value,
        },
      ]
    }),
  )
}

/** "macroF1 (species)" as "Macro F1 (species)". */
export function groupTitle(group: string): string {
  const word = group.split(' ')[0] ?? group
  const words = group.replace(word, metricWord(word))
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function chartPlace(chart: RunChart): number {
  const order = ['loss', 'accuracy', 'macroF1', 'r2', 'rmse', 'mae', 'learningRate']
  const index = order.findIndex((word) => chart.group === word || chart.group.startsWith(`${word} (`))
  return index < 0 ? order.length - 1.5 : index
}
