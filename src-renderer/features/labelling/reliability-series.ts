import type { Reliability } from '@contract/labelling.ts'
import type { ChartSeries } from '../../ui/charts/chart-series.ts'

/** Confidence against the share of right answers: where the curve lies below the diagonal the head was too sure of itself. */
export function reliabilitySeries({ bins }: Reliability): ChartSeries[] {
  const filled = bins.filter(({ count }) => count > 0).toSorted((a, b) => a.confidence - b.confidence)
  return [
    { id: 'ideal', label: 'As sure as right', colour: 11, dashed: true, x: [0, 1], y: [0, 1] },
    {
      id: 'measured',
      label: 'Held-out labels',
      colour: 0,
      dashed: false,
      x: filled.map(({ confidence }) => confidence),
      y: filled.map(({ accuracy }) => accuracy),
    },
  ]
}

/** What the temperature says, in a sentence. */
export function temperatureWords(temperature: number): string {
  if (temperature > 1.05) return 'Above 1: the scores were too sure, and are toned down.'
  if (temperature < 0.95) return 'Below 1: the scores were too modest, and are sharpened.'
  return 'Near 1: the scores were as sure as they should be.'
}
