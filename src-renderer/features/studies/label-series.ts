import type { StudyDetail } from '@contract/studies.ts'
import type { ChartSeries } from '../../ui/charts/chart-series.ts'

/** A curve per arm over the numbers of labels; baselines dashed. All labels stand at their count. */
export function labelSeries(study: Pick<StudyDetail, 'plan' | 'results' | 'labelled'>): ChartSeries[] {
  return study.plan.flatMap((arm, index): ChartSeries[] => {
    const rows = study.results.rows
      .filter((row) => row.arm === index && row.mean !== null && row.notComparable === null)
      .map((row) => ({ ...row, at: row.labels ?? study.labelled, mean: row.mean ?? NaN, half: row.half ?? 0 }))
      .filter((row) => row.at > 0)
      .sort((a, b) => a.at - b.at)
    if (rows.length === 0) return []
    const band = { low: rows.map((row) => row.mean - row.half), high: rows.map((row) => row.mean + row.half) }
    return [
      {
        id: String(index),
        label: arm.label,
        colour: index % 12,
        dashed: arm.baseline !== null,
        x: rows.map((row) => row.at),
        y: rows.map((row) => row.mean),
        ...(rows.some((row) => row.half > 0) ? { band } : {}),
      },
    ]
  })
}
