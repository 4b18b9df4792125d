import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { TaskCopies } from '../../network/task-copies.ts'

/** Distances of one epoch by layer. */
export type Distances = Readonly<Record<string, number>>

/** How far the tasks' networks lie apart, layer by layer, over the epochs; the first entry is before training. */
export function distanceExhibit(history: readonly Distances[]): ExhibitInput {
  const layers = Object.keys(history[0] ?? {})
  const last = history.at(-1) ?? {}
  const sorted = layers.toSorted((a, b) => (last[b] ?? 0) - (last[a] ?? 0))
  const [most, least] = [sorted[0], sorted.at(-1)]
  const shown = (layer: string) => `"${layer}" (${Number((last[layer] ?? 0).toPrecision(3))})`
  const words =
    most === undefined || least === undefined || most === least
      ? 'How far the tasks’ copies of each layer lie apart: the Frobenius norm of the difference of their weights.'
      : `The tasks differ most in ${shown(most)} and least in ${shown(least)}: the Frobenius norm of the difference of their weights, the mean over pairs of tasks. A distance near 0 means that the layer is as good as shared.`
  return {
    id: 'distances',
    kind: 'curves',
    title: 'Distance between the tasks’ networks',
    words,
    x: { label: 'Epoch' },
    y: { label: 'Distance' },
    series: layers.map((layer) => ({
      name: layer,
      x: history.map((_, epoch) => epoch),
      y: history.map((distances) => distances[layer] ?? 0),
    })),
  }
}

/** What every task takes from every other at each cross-stitch unit: the mean of its factors over channels. */
export function stitchExhibit({ stitches }: TaskCopies, weights: WeightValues, tasks: readonly string[]): ExhibitInput {
  const rows = stitches.map(({ layer, from, to, after }) => {
    const { values } = weights.get(`${layer}/gamma`)!
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return [after, tasks[to]!, tasks[from]!, mean]
  })
  const others = rows.filter(([, to, from]) => to !== from)
  const most = others.toSorted((a, b) => Math.abs(Number(b[3])) - Math.abs(Number(a[3])))[0]
  const words =
    most === undefined
      ? 'No unit mixes two tasks.'
      : `"${most[1]}" takes most from "${most[2]}" after "${most[0]}": ${Number(most[3]).toFixed(2)} of its activations. Units started at 0.9 of a task’s own; a factor near 0 means that nothing is taken.`
  return {
    id: 'stitches',
    kind: 'table',
    title: 'Cross-stitch units',
    words,
    columns: [
      { label: 'After' },
      { label: 'Task' },
      { label: 'Takes from' },
      { label: 'Mean factor', format: 'number' },
    ],
    rows,
  }
}
