import type { PartnerNetworks, Flow, Partner, Role } from './partner-networks.ts'
import type { GraphItem } from './graph-items.ts'
import type { Direction, GraphLayout, Placed } from './graph-layout.ts'
import type { Point } from './inner-layout.ts'

/** One network with its place on the canvas. `main` is the bench's own. */
export interface PlacedNetwork {
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
  readonly words: string
  readonly labelAt: Point
}

export interface PartnerLayout {
  readonly placed: readonly PlacedNetwork[]
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

/** More blocks than this of a network that is only looked at would push the bench's own out of view. */
const MOST_BLOCKS = 7

/** The middle of a long network as one block that says how many it stands for. */
export function condensed(items: readonly GraphItem[]): GraphItem[] {
  const blocks = items.filter((item) => item.kind !== 'head')
  if (blocks.length <= MOST_BLOCKS) return [...items]
  const middle = blocks.slice(2, -2)
  const [first] = middle
  if (!first) return [...items]
  const layers = middle.flatMap((item) => item.layers)
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0)
  const label = `${middle.length} blocks`
  const block = { ...first.block, label, layers, parameters, outputShape: layers.at(-1)?.outputShape ?? [] }
  const merged: GraphItem = { ...first, kind: 'block', block, layers }
  return items.flatMap((item) => (item === first ? [merged] : middle.includes(item) ? [] : [item]))
}

/** Networks that go left to right stand one below the other, those that go down beside each other, so that what flows between
 *  like places goes straight. Teachers stand before the student, everything else after. */
export function partnerLayout(
  partnerNetworks: PartnerNetworks,
  members: readonly Member[],
  direction: Direction,
): PartnerLayout {
  const isColumn = direction === 'column'
  const order = [...members].sort((a, b) => placeOf(a) - placeOf(b))
  const hasTitles = partnerNetworks.partners.length > 0
  const placed: PlacedNetwork[] = []
  let at = 0
  for (const { id, partner, layout } of order) {
    const top = hasTitles ? TITLE + GAP.title : 0
    const origin = isColumn ? { x: at, y: top } : { x: 0, y: at + top }
    at += isColumn ? Math.max(layout.width, 200) + GAP.beside : layout.height + top + GAP.below
    const title = partner ? `${ROLE_WORDS[partner.role]}: ${partner.title}` : partnerNetworks.mainTitle
    placed.push({ id, role: partner?.role ?? 'main', title, note: partner?.note ?? '', layout, origin })
  }
  const right = Math.max(0, ...placed.map((one) => one.origin.x + one.layout.width))
  const bottom = Math.max(0, ...placed.map((one) => one.origin.y + one.layout.height))
  const lane: Lane = { isColumn, at: (isColumn ? bottom : right) + LANE }
  const discriminator = partnerNetworks.flows.some((flow) => flow.kind === 'adversary')
    ? discriminatorAt(placed, isColumn)
    : null
  const byId = new Map(placed.map((one) => [one.id, one]))
  const flows = partnerNetworks.flows.flatMap((flow) => {
    const [from, to] = [byId.get(flow.from), byId.get(flow.to)]
    if (!from || !to) return []
    if (flow.kind === 'adversary')
      return discriminator ? adversary(flow, { from, to, discriminator: discriminator, isColumn }) : []
    return flow.kind === 'soft-labels' ? lesson(flow, { from, to, lane }) : pulls(flow, from, to)
  })
  return {
    placed,
    flows,
    discriminator,
    width: Math.max(right, discriminator ? discriminator.x + discriminator.width + 60 : 0, ...reach(flows, 'x')),
    height: Math.max(bottom, discriminator ? discriminator.y + discriminator.height : 0, ...reach(flows, 'y')),
  }
}

/** A line beside all networks, along which soft labels go. */
interface Lane {
  readonly isColumn: boolean
  readonly at: number
}
const LANE = 52
/** Half of what the words on a line may take. */
const WORDS = { x: 150, y: 20 } as const

function reach(flows: readonly DrawnFlow[], axis: 'x' | 'y'): number[] {
  return flows.map((flow) =>
    Math.max(...flow.points.map((point) => point[axis] + 10), flow.words === '' ? 0 : flow.labelAt[axis] + WORDS[axis]),
  )
}

const ROLE_WORDS: Readonly<Record<Role, string>> = { teacher: 'Teacher', target: 'Target', task: 'Task' }

function placeOf({ partner }: Member): number {
  return partner === null ? 1 : partner.role === 'teacher' ? 0 : 2
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

function boxAt({ origin }: PlacedNetwork, place: Placed): Box {
  return { x: origin.x + place.x, y: origin.y + place.y, width: place.width, height: place.height }
}

function middle(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The output of a network: its last head, or its last block. */
function endOf({ layout }: PlacedNetwork): Placed | undefined {
  return layout.placed.findLast((place) => place.item.kind === 'head') ?? layout.placed.at(-1)
}

/** Straight down, or straight across, between two boxes at the same place of two networks. */
function between(a: Box, b: Box): Point[] {
  const [from, to] = [middle(a), middle(b)]
  if (b.y >= a.y + a.height)
    return [
      { x: from.x, y: a.y + a.height },
      { x: to.x, y: b.y },
    ]
  return [
    { x: a.x + a.width, y: from.y },
    { x: b.x, y: to.y },
  ]
}

/** Around the networks: out of the teacher's output, along a lane beside both, into the student's. */
function lesson(flow: Flow, way: { from: PlacedNetwork; to: PlacedNetwork; lane: Lane }): DrawnFlow[] {
  const [start, end] = [endOf(way.from), endOf(way.to)]
  if (!start || !end) return []
  const [a, b] = [boxAt(way.from, start), boxAt(way.to, end)]
  const { lane } = way
  const points = lane.isColumn
    ? [
        { x: middle(a).x, y: a.y + a.height },
        { x: middle(a).x, y: lane.at },
        { x: middle(b).x, y: lane.at },
        { x: middle(b).x, y: b.y + b.height },
      ]
    : [
        { x: a.x + a.width, y: middle(a).y },
        { x: lane.at, y: middle(a).y },
        { x: lane.at, y: middle(b).y },
        { x: b.x + b.width, y: middle(b).y },
      ]
  const labelAt = lane.isColumn
    ? { x: (middle(a).x + middle(b).x) / 2, y: lane.at }
    : { x: lane.at, y: way.to.origin.y - TITLE - GAP.title - GAP.below / 2 }
  const key = `${flow.from} ${flow.to}`
  return [{ key, kind: flow.kind, points, words: flow.words, labelAt }]
}

/** One line per block that both have and that holds a linked layer. */
function pulls(flow: Flow, from: PlacedNetwork, to: PlacedNetwork): DrawnFlow[] {
  const linked = (place: Placed): boolean =>
    place.item.kind !== 'head' &&
    place.item.layers.some((layer) => layer.parameters > 0) &&
    (flow.layers.length === 0 ||
      [place.item.block.name, ...place.item.layers.map((layer) => layer.name)].some((name) =>
        isNamed(name, flow.layers),
      ))
  let isFirst = true
  return from.layout.placed.filter(linked).flatMap((place): DrawnFlow[] => {
    const other = to.layout.placed.find((one) => one.item.id === place.item.id)
    if (!other) return []
    const points = between(boxAt(from, place), boxAt(to, other))
    const words = isFirst ? flow.words : ''
    isFirst = false
    const [start, end] = points
    // Above the title of the network below.
    const above = start && end && end.y > start.y ? TITLE + GAP.title : 0
    const labelAt = start && end ? { x: (start.x + end.x) / 2, y: (start.y + end.y - above) / 2 } : { x: 0, y: 0 }
    const key = `${flow.from} ${flow.to} ${place.item.id}`
    return [{ key, kind: flow.kind, points, words, labelAt }]
  })
}

/** By its name, or by a pattern; those that could take long to match are left to the plan. */
function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((one) => {
    if (one === name) return true
    if (!/^[\w\-.[\]|^$]+$/.test(one)) return false
    try {
      return new RegExp(one).test(name)
    } catch {
      return false
    }
  })
}

/** Beside the networks and between them, where both can reach it. */
function discriminatorAt(placed: readonly PlacedNetwork[], isColumn: boolean): Box {
  const [first, last] = [placed[0], placed.at(-1)]
  const right = Math.max(...placed.map((one) => one.origin.x + one.layout.width))
  const bottom = Math.max(...placed.map((one) => one.origin.y + one.layout.height))
  if (!first || !last) return { x: right, y: bottom, ...JUDGE }
  if (isColumn) return { x: last.origin.x - GAP.beside / 2 - JUDGE.width / 2, y: bottom + GAP.below, ...JUDGE }
  const gap = (first.origin.y + first.layout.height + last.origin.y - TITLE - GAP.title) / 2
  return { x: right + GAP.beside, y: gap - JUDGE.height / 2, ...JUDGE }
}

function featuresOf({ layout }: PlacedNetwork, layers: readonly string[]): Placed | undefined {
  const [name] = layers
  const holds = layout.placed.find((place) => place.item.layers.some((layer) => layer.name === name))
  return holds ?? layout.placed.findLast((place) => place.item.kind !== 'head')
}

/** Features of both go to the classifier, and its gradient comes back the same way. The source's leave through the gap between the
 *  networks, the target's beside the drawing. */
function adversary(
  flow: Flow,
  ends: { from: PlacedNetwork; to: PlacedNetwork; discriminator: Box; isColumn: boolean },
): DrawnFlow[] {
  const { discriminator } = ends
  return [ends.from, ends.to].flatMap((one, index): DrawnFlow[] => {
    const place = featuresOf(one, flow.layers)
    if (!place) return []
    const box = boxAt(one, place)
    const isSource = index === 0
    const points = ends.isColumn
      ? downTo(discriminator, box, isSource)
      : isSource
        ? acrossTo(discriminator, box)
        : upTo(discriminator, box)
    const labelAt = ends.isColumn
      ? { x: discriminator.x + discriminator.width / 2, y: discriminator.y - (isSource ? 46 : 14) }
      : isSource
        ? { x: (middle(box).x + discriminator.x) / 2, y: discriminator.y + discriminator.height / 2 }
        : { x: discriminator.x + discriminator.width / 2, y: discriminator.y + discriminator.height + 40 }
    const words = isSource ? 'features' : flow.words
    return [{ key: `${one.id} judge`, kind: flow.kind, points, words, labelAt }]
  })
}

function acrossTo(discriminator: Box, box: Box): Point[] {
  const y = discriminator.y + discriminator.height / 2
  return [
    { x: middle(box).x, y: box.y + box.height },
    { x: middle(box).x, y },
    { x: discriminator.x, y },
  ]
}

function upTo(discriminator: Box, box: Box): Point[] {
  const x = middle(discriminator).x
  return [
    { x: box.x + box.width, y: middle(box).y },
    { x, y: middle(box).y },
    { x, y: discriminator.y + discriminator.height },
  ]
}

function downTo(discriminator: Box, box: Box, isSource: boolean): Point[] {
  const x = middle(discriminator).x + (isSource ? -16 : 16)
  return [
    { x: isSource ? box.x + box.width : box.x, y: middle(box).y },
    { x, y: middle(box).y },
    { x, y: discriminator.y },
  ]
}
