import type { Company, Flow, Partner, Role } from './company.ts'
import type { GraphItem } from './graph-items.ts'
import type { Direction, GraphLayout, Placed } from './graph-layout.ts'
import type { Point } from './inner-layout.ts'

/** One network with its place on the canvas. `main` is the bench's own. */
export interface Standing {
  readonly id: string
  readonly role: Role | 'main'
  readonly title: string
  readonly note: string
  readonly layout: GraphLayout
  readonly origin: Point
}

export interface DrawnFlow {
  readonly key: string
  readonly kind: Flow['kind']
  readonly points: readonly Point[]
  /** Runs against its points: what flows back. */
  readonly isBack: boolean
  readonly words: string
  readonly labelAt: Point
}

export interface CompanyLayout {
  readonly standings: readonly Standing[]
  readonly flows: readonly DrawnFlow[]
  /** The domain classifier's box. */
  readonly discriminator: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  } | null
  readonly width: number
  readonly height: number
}

export const TITLE = 30
const GAP = { below: 76, beside: 120, title: 8 } as const
export const JUDGE = { width: 168, height: 76 } as const

export interface Member {
  readonly id: string
  readonly partner: Partner | null
  readonly layout: GraphLayout
}

/** Heads of a network that are drawn. */
export function shownItems(items: readonly GraphItem[], head: string | null | undefined): GraphItem[] {
  if (head === undefined) return [...items]
  return items.filter(
    (item) => item.kind !== 'head' || item.layers[0]?.name === `head_${head}` || item.layers[0]?.name === head,
  )
}

/** Networks that go left to right stand one below the other, those that go down beside each other, so that what flows between
 *  like places goes straight. Teachers stand before the student, everything else after. */
export function companyLayout(company: Company, members: readonly Member[], direction: Direction): CompanyLayout {
  const isColumn = direction === 'column'
  const order = [...members].sort((a, b) => placeOf(a) - placeOf(b))
  const hasTitles = company.partners.length > 0
  const standings: Standing[] = []
  let at = 0
  for (const { id, partner, layout } of order) {
    const top = hasTitles ? TITLE + GAP.title : 0
    const origin = isColumn ? { x: at, y: top } : { x: 0, y: at + top }
    at += isColumn ? Math.max(layout.width, 200) + GAP.beside : layout.height + top + GAP.below
    const title = partner ? `${ROLE_WORDS[partner.role]}: ${partner.title}` : company.mainTitle
    standings.push({ id, role: partner?.role ?? 'main', title, note: partner?.note ?? '', layout, origin })
  }
  const discriminator = company.flows.some((flow) => flow.kind === 'adversary') ? judgeAt(standings, isColumn) : null
  const byId = new Map(standings.map((one) => [one.id, one]))
  const flows = company.flows.flatMap((flow) => {
    const [from, to] = [byId.get(flow.from), byId.get(flow.to)]
    if (!from || !to) return []
    if (flow.kind === 'adversary') return discriminator ? adversary(flow, { from, to, judge: discriminator }) : []
    return flow.kind === 'soft-labels' ? lesson(flow, from, to) : pulls(flow, from, to)
  })
  const right = Math.max(0, ...standings.map((one) => one.origin.x + one.layout.width))
  const bottom = Math.max(0, ...standings.map((one) => one.origin.y + one.layout.height))
  return {
    standings,
    flows,
    discriminator,
    width: Math.max(right, discriminator ? discriminator.x + discriminator.width : 0),
    height: Math.max(bottom, discriminator ? discriminator.y + discriminator.height : 0),
  }
}

const ROLE_WORDS: Readonly<Record<Role, string>> = { teacher: 'Teacher', target: 'Target', task: 'Task' }

function placeOf({ partner }: Member): number {
  return partner === null ? 1 : partner.role === 'teacher' ? 0 : 2
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

function boxAt({ origin }: Standing, place: Placed): Box {
  return { x: origin.x + place.x, y: origin.y + place.y, width: place.width, height: place.height }
}

function middle(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The output of a network: its last head, or its last block. */
function endOf({ layout }: Standing): Placed | undefined {
  return layout.placed.findLast((place) => place.item.kind === 'head') ?? layout.placed.at(-1)
}

/** Straight where the two boxes lie along one line, else with one bend in the gap before the second. */
function between(a: Box, b: Box): Point[] {
  const [from, to] = [middle(a), middle(b)]
  if (b.y >= a.y + a.height) {
    const lane = b.y - GAP.below / 2 - TITLE / 2
    const [start, end] = [
      { x: from.x, y: a.y + a.height },
      { x: to.x, y: b.y },
    ]
    return Math.abs(from.x - to.x) < 1 ? [start, end] : [start, { x: start.x, y: lane }, { x: end.x, y: lane }, end]
  }
  const lane = b.x - GAP.beside / 2
  const [start, end] = [
    { x: a.x + a.width, y: from.y },
    { x: b.x, y: to.y },
  ]
  return Math.abs(from.y - to.y) < 1 ? [start, end] : [start, { x: lane, y: start.y }, { x: lane, y: end.y }, end]
}

function labelOf(points: readonly Point[]): Point {
  const index = Math.max(0, Math.floor((points.length - 1) / 2))
  const [a, b] = [points[index], points[index + 1] ?? points[index]]
  return a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : { x: 0, y: 0 }
}

function lesson(flow: Flow, from: Standing, to: Standing): DrawnFlow[] {
  const [start, end] = [endOf(from), endOf(to)]
  if (!start || !end) return []
  const points = between(boxAt(from, start), boxAt(to, end))
  return [
    {
      key: `${flow.from} ${flow.to}`,
      kind: flow.kind,
      points,
      isBack: false,
      words: flow.words,
      labelAt: labelOf(points),
    },
  ]
}

/** One line per block that both have and that holds a linked layer. */
function pulls(flow: Flow, from: Standing, to: Standing): DrawnFlow[] {
  const linked = (place: Placed): boolean =>
    place.item.kind !== 'head' &&
    place.item.layers.some((layer) => layer.parameters > 0) &&
    (flow.layers.length === 0 ||
      flow.layers.includes(place.item.block.name) ||
      place.item.layers.some((layer) => flow.layers.includes(layer.name)))
  let isFirst = true
  return from.layout.placed.filter(linked).flatMap((place): DrawnFlow[] => {
    const other = to.layout.placed.find((one) => one.item.id === place.item.id)
    if (!other) return []
    const points = between(boxAt(from, place), boxAt(to, other))
    const words = isFirst ? flow.words : ''
    isFirst = false
    const key = `${flow.from} ${flow.to} ${place.item.id}`
    return [{ key, kind: flow.kind, points, isBack: false, words, labelAt: labelOf(points) }]
  })
}

/** Beside the networks, where both can reach it. */
function judgeAt(standings: readonly Standing[], isColumn: boolean): Box {
  const [first, last] = [standings[0], standings.at(-1)]
  const right = Math.max(...standings.map((one) => one.origin.x + one.layout.width))
  const bottom = Math.max(...standings.map((one) => one.origin.y + one.layout.height))
  if (isColumn || !first || !last) return { x: right / 2 - JUDGE.width / 2, y: bottom + GAP.below, ...JUDGE }
  const between = (first.origin.y + first.layout.height + last.origin.y) / 2 - (TITLE + GAP.title) / 2
  return { x: right + GAP.beside, y: between - JUDGE.height / 2, ...JUDGE }
}

function featuresOf({ layout }: Standing, layers: readonly string[]): Placed | undefined {
  const [name] = layers
  const holds = layout.placed.find((place) => place.item.layers.some((layer) => layer.name === name))
  return holds ?? layout.placed.findLast((place) => place.item.kind !== 'head')
}

/** Features of both go to the classifier; what comes back carries the words. */
function adversary(flow: Flow, { from, to, judge }: { from: Standing; to: Standing; judge: Box }): DrawnFlow[] {
  return [from, to].flatMap((standing, index): DrawnFlow[] => {
    const place = featuresOf(standing, flow.layers)
    if (!place) return []
    const box = boxAt(standing, place)
    const isAbove = box.y + box.height <= judge.y
    const start = { x: box.x + box.width / 2, y: isAbove ? box.y + box.height : box.y }
    const entry = { x: judge.x, y: judge.y + judge.height * (index === 0 ? 0.3 : 0.7) }
    const beside = { x: judge.x + judge.width * (index === 0 ? 0.35 : 0.65), y: judge.y }
    const forth =
      isAbove || box.y >= judge.y + judge.height
        ? [start, { x: start.x, y: entry.y }, entry]
        : [start, { x: start.x, y: beside.y - 20 }, { x: beside.x, y: beside.y - 20 }, beside]
    const labelAt = { x: (start.x + judge.x) / 2, y: entry.y }
    const key = `${standing.id} judge`
    return [
      { key, kind: flow.kind, points: forth, isBack: false, words: index === 0 ? 'features' : flow.words, labelAt },
    ]
  })
}
