import type { MetricSummary, Run } from '@contract/runs.ts'
import { compareMetrics, metricGroup, type MetricSplit, parseMetric } from './metric-name.ts'
import { groupTitle } from './run-chart-series.ts'

export interface SummaryRow {
  readonly title: string
  readonly names: Readonly<Record<MetricSplit, string>>
  readonly values: Readonly<Partial<Record<MetricSplit, MetricSummary>>>
}

/** A run's measures as rows, their splits as columns. */
export function summaryRows(run: Pick<Run, 'metrics'>): SummaryRow[] {
  const rows = new Map<string, { names: Record<MetricSplit, string>; values: SummaryRow['values'] }>()
  for (const name of Object.keys(run.metrics).sort(compareMetrics)) {
    const { split } = parseMetric(name)
    if (split === null) continue
    const rest = name.slice(split.length)
    const group = metricGroup(name)
    const names = { test: `test${rest}`, validation: `validation${rest}`, train: `train${rest}` }
    const value = run.metrics[name]
    rows.set(group, { names, values: { ...rows.get(group)?.values, ...(value ? { [split]: value } : {}) } })
  }
  return [...rows].map(([group, row]) => ({ title: groupTitle(group), ...row }))
}
