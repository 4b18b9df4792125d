/** 0.934 -> `93.4 %`; null, what was not measured, -> `unknown`. */
export function percent(share: number | null): string {
  return share === null ? 'unknown' : `${(100 * share).toFixed(1)} %`
}
