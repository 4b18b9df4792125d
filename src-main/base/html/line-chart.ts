import { markup, type Markup } from './markup.ts'
import { SERIES_COLOURS } from './style.ts'
import { rangeOf, roundTicks } from './ticks.ts'

export interface Curve {
  readonly label: string
  /** Index of its colour. */
  readonly colour: number
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LineChart {
  readonly title: string
  /** What the horizontal axis counts. */
  readonly along: string
  readonly curves: readonly Curve[]
  readonly isShare: boolean
  readonly text: (value: number) => string
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 220, 56, 10, 8, 34]

/** Curves over a common axis, with their legend. */
export function lineChart({ title, along, curves, isShare, text }: LineChart): Markup {
  const finite = curves.map((curve) => ({
    ...curve,
    points: curve.points.filter((point) => point.every(Number.isFinite)),
  }))
  const all = finite.flatMap(({ points }) => points)
  const y = rangeOf(all.map(([, value]) => value), isShare) // prettier-ignore
  const from = all.reduce((low, [x]) => Math.min(low, x), all[0]?.[0] ?? 0)
  const to = all.reduce((high, [x]) => Math.max(high, x), from)
  const xOf = (value: number): number => LEFT + ((value - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT)
  const yOf = (value: number): number =>
    HEIGHT - BOTTOM - ((value - y.from) / (y.to - y.from)) * (HEIGHT - TOP - BOTTOM)
  const place = (value: number): string => value.toFixed(1)
  const lines = roundTicks(y.from, y.to, 4).map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place(yOf(tick))}" y2="${place(yOf(tick))}"/><text x="${LEFT - 6}" y="${place(yOf(tick) + 4)}" text-anchor="end">${text(tick)}</text>`) // prettier-ignore
  const steps = roundTicks(from, to, 6).map((tick) => markup`<text x="${place(xOf(tick))}" y="${HEIGHT - 18}" text-anchor="middle">${tick}</text>`) // prettier-ignore
  const drawn = finite.map(({ colour, points }) => {
    const name = `s${colour % SERIES_COLOURS}`
    const [only] = points
    if (points.length === 1 && only) return markup`<circle class="dot ${name}" cx="${place(xOf(only[0]))}" cy="${place(yOf(only[1]))}" r="3"/>` // prettier-ignore
    return markup`<polyline class="line ${name}" points="${points.map(([at, value]) => `${place(xOf(at))},${place(yOf(value))}`).join(' ')}"/>` // prettier-ignore
  })
  // Curves of one name and colour are one entry.
  const legend = finite.filter(({ label, colour }, index) => finite.findIndex((one) => one.label === label && one.colour === colour) === index) // prettier-ignore
  return markup`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
      ${lines}${steps}
      <text x="${WIDTH - RIGHT}" y="${HEIGHT - 3}" text-anchor="end">${along}</text>
      ${drawn}
    </svg>
    <ul class="legend">
      ${legend.map(({ label, colour }) => markup`<li class="s${colour % SERIES_COLOURS}"><span>${label}</span></li>`)}
    </ul>
  </figure> `
}
