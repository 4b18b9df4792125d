import { markup, type Markup } from './markup.ts'

/** A share 0..1 on its track, with its interval; the figures stand beside it. */
export function shareBar(share: number, { low, high }: { low: number; high: number }): Markup {
  const x = (value: number): string => (value * 120).toFixed(1)
  return markup`<svg class="bar" viewBox="0 0 120 10" aria-hidden="true"><rect class="track" y="4" width="120" height="2"/><line class="line" x1="${x(low)}" x2="${x(high)}" y1="5" y2="5"/><circle class="dot" cx="${x(share)}" cy="5" r="3.5"/></svg>` // prettier-ignore
}
