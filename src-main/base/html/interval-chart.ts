import { markup, type Markup } from './markup.ts'
import { SERIES_COLOURS } from './style.ts'
import { rangeOf, roundTicks } from './ticks.ts'

export interface IntervalRow {
  readonly label: string
  readonly colour: number
  readonly mean: number
  /** Half the width of its interval; null: none is known. */
  readonly half: number | null
  readonly values: readonly number[]
}

export interface IntervalChart {
  readonly title: string
  readonly rows: readonly IntervalRow[]
  /** A line to compare with, in words. */
  readonly mark: { readonly value: number; readonly label: string } | null
  readonly isShare: boolean
  readonly text: (value: number) => string
}

const [WIDTH, LEFT, RIGHT, TOP, ROW] = [900, 240, 90, 24, 28]
const LONGEST = 34

/** Mean and interval of each row, with its single values as rings. An interval may reach beyond the plot: three seeds can leave one many
 *  times as wide as what is compared. */
export function intervalChart({ title, rows, mark, isShare, text }: IntervalChart): Markup {
  const values = rows.flatMap((row) => [row.mean, ...row.values])
  const spread = Math.max(...values) - Math.min(...values)
  const reach = (half: number | null): number => Math.min(half ?? 0, spread > 0 ? spread : Infinity)
  const ends = rows.flatMap(({ mean, half }) => [mean - reach(half), mean + reach(half)])
  const { from, to } = rangeOf([...values, ...ends, ...(mark === null ? [] : [mark.value])], isShare)
  const height = TOP + rows.length * ROW + 24
  const xOf = (value: number): string => (LEFT + Math.max(0, Math.min(1, (value - from) / (to - from))) * (WIDTH - LEFT - RIGHT)).toFixed(1) // prettier-ignore
  const grid = roundTicks(from, to, 6).map((tick) => markup`<line class="grid" x1="${xOf(tick)}" x2="${xOf(tick)}" y1="${TOP - 4}" y2="${height - 22}"/><text x="${xOf(tick)}" y="${height - 6}" text-anchor="middle">${text(tick)}</text>`) // prettier-ignore
  const line = mark === null ? null : markup`<line class="dashed" x1="${xOf(mark.value)}" x2="${xOf(mark.value)}" y1="${TOP - 4}" y2="${height - 22}"/><text x="${xOf(mark.value)}" y="${TOP - 9}" text-anchor="middle">${mark.label}</text>` // prettier-ignore
  const drawn = rows.map(({ label, colour, mean, half, values: single }, place) => {
    const y = TOP + place * ROW + ROW / 2
    const rings = single.map((value) => markup`<circle class="ring" cx="${xOf(value)}" cy="${y}" r="3.5" />`)
    const whisker = half === null ? null : markup`<line class="line" x1="${xOf(mean - half)}" x2="${xOf(mean + half)}" y1="${y}" y2="${y}"/>` // prettier-ignore
    return markup`<g class="s${colour % SERIES_COLOURS}"><text class="name" x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${shortened(label)}<title>${label}</title></text>${rings}${whisker}<circle class="dot" cx="${xOf(mean)}" cy="${y}" r="5"/><text class="name" x="${WIDTH - 4}" y="${y + 4}" text-anchor="end">${text(mean)}</text></g>\n` // prettier-ignore
  })
  return markup`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${grid}${line}${drawn}</svg>
  </figure> `
}

function shortened(label: string): string {
  const letters = [...label]
  return letters.length <= LONGEST ? label : `${letters.slice(0, LONGEST - 1).join('')}…`
}
