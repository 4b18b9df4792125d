import type { Placed } from './graph-layout.ts'
import { LAYER } from './inner-layout.ts'
import type { LayerTree } from './layer-tree.ts'

export type WalkKey = 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

interface Spot {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly order: number
}

/** Where an arrow key leads from `current` (a block, an output, or a layer of an opened block). Along a connection where
 *  there is one in that direction, otherwise to the nearest thing there, otherwise (left, right) to the one before or
 *  after in topological order, so that no key is ever dead inside the graph. */
export function walkGraph(
  placed: readonly Placed[],
  tree: LayerTree,
  current: string | null,
  key: WalkKey,
): string | null {
  const spots = spotsOf(placed)
  if (key === 'Home' || key === 'End' || current === null) return (key === 'End' ? spots.at(-1) : spots[0])?.id ?? null
  const from = spots.find((spot) => spot.id === current)
  if (!from) return spots[0]?.id ?? null
  const ahead = spots.filter((spot) => spot.id !== current && isAhead(from, spot, key))
  const linked = new Set([...(tree.consumers.get(current) ?? []), ...(tree.byName.get(current)?.inputs ?? [])])
  const along = ahead.filter((spot) => linked.has(spot.id))
  const next = nearest(from, along.length > 0 ? along : ahead, key)
  if (next) return next.id
  if (key === 'ArrowUp' || key === 'ArrowDown') return current
  const place = spots.indexOf(from) + (key === 'ArrowRight' ? 1 : -1)
  return spots[place]?.id ?? current
}

/** Everything that can be focused, in topological order. */
function spotsOf(placed: readonly Placed[]): Spot[] {
  const spots = placed.flatMap((place): Spot[] => {
    const first = place.item.layers[0]?.index ?? 0
    const id = place.item.kind === 'head' ? (place.item.layers[0]?.name ?? place.item.id) : place.item.id
    const own = {
      id,
      x: place.x + place.width / 2,
      y: place.y + (place.inner ? 16 : place.height / 2),
      order: first - 0.5,
    }
    const inside = [...(place.inner?.places ?? [])].map(([name, at]) => ({
      id: name,
      x: place.x + at.x + LAYER.width / 2,
      y: place.y + at.y + LAYER.height / 2,
      order: place.item.layers.find((layer) => layer.name === name)?.index ?? first,
    }))
    return [own, ...inside.filter((spot) => spot.id !== id)]
  })
  return spots.sort((a, b) => a.order - b.order)
}

function isAhead(from: Spot, to: Spot, key: WalkKey): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  if (key === 'ArrowRight') return dx > 4 && Math.abs(dy) < 2 * Math.abs(dx)
  if (key === 'ArrowLeft') return dx < -4 && Math.abs(dy) < 2 * Math.abs(dx)
  if (key === 'ArrowDown') return dy > 4 && Math.abs(dx) < 2 * Math.abs(dy)
  return dy < -4 && Math.abs(dx) < 2 * Math.abs(dy)
}

function nearest(from: Spot, spots: readonly Spot[], key: WalkKey): Spot | undefined {
  const isVertical = key === 'ArrowUp' || key === 'ArrowDown'
  // Moving straight counts less than moving sideways: the eye expects the line it is on.
  const cost = (spot: Spot): number => {
    const [dx, dy] = [Math.abs(spot.x - from.x), Math.abs(spot.y - from.y)]
    return isVertical ? dy + 3 * dx : dx + 3 * dy
  }
  return spots.reduce<Spot | undefined>((best, spot) => (best && cost(best) <= cost(spot) ? best : spot), undefined)
}
