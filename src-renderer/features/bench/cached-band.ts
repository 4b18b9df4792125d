import type { CanvasNetwork } from './canvas-network.ts'

export interface Band {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const MARGIN = 14

/** Boxes around what runs once and is cached, one per row. An opened block that is cached in part is not in them. */
export function cachedBands({ cachedUpTo, layout, tree }: CanvasNetwork): Band[] {
  const end = tree.byName.get(cachedUpTo ?? '')?.index ?? -1
  const inside = layout.placed.filter((place) => place.item.layers.every((layer) => layer.index <= end))
  return [...Map.groupBy(inside, (place) => place.row).values()].map((row) => {
    const left = Math.min(...row.map((place) => place.x)) - MARGIN
    const top = Math.min(...row.map((place) => place.y)) - MARGIN
    const right = Math.max(...row.map((place) => place.x + place.width)) + MARGIN
    const bottom = Math.max(...row.map((place) => place.y + place.height)) + MARGIN
    return { x: left, y: top, width: right - left, height: bottom - top }
  })
}
