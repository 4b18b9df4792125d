/** Training losses come per step, too; their summary is that of whole epochs, which the epoch messages carry. */
export function isSummarised(series: string): boolean {
  return series.startsWith('validation.') || series.startsWith('test.')
}
