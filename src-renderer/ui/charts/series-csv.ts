import type { ChartSeries } from './chart-series.ts'

/** Curves as one CSV in long form: series, x, y. Numbers keep full precision. */
export function seriesCsv(series: readonly ChartSeries[], xTitle: string, yTitle: string): string {
  const lines = [['series', xTitle, yTitle].map(csvCell).join(',')]
  for (const one of series) {
    one.x.forEach((x, index) => lines.push([csvCell(one.label), x, one.y[index] ?? ''].join(',')))
  }
  return `${lines.join('\n')}\n`
}

/** Quotes what needs it, and keeps spreadsheets from reading a name as a formula. */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
