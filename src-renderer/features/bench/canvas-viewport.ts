import type { Placed } from './graph-layout.ts'
import { LAYER } from './inner-layout.ts'

export interface Viewport {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const MARGIN = 32

/** Shows as much as can still be read: never smaller than `least`, never enlarged; what does not fit starts at the top left. */
export function fitViewport(content: Size, view: Size, least: number): Viewport {
  const fit = Math.min((view.width - 2 * MARGIN) / content.width, (view.height - 2 * MARGIN) / content.height)
  const zoom = Math.max(least, Math.min(1, fit))
  const place = (inside: number, outside: number): number => Math.max(MARGIN, (outside - inside * zoom) / 2)
  return { x: place(content.width, view.width), y: place(content.height, view.height), zoom }
}

/** The smallest move that brings a box into view; null when it is there already. */
export function revealViewport(box: Size & { x: number; y: number }, now: Viewport, view: Size): Viewport | null {
  const shift = (start: number, length: number, offset: number, room: number): number => {
    const [from, to] = [start * now.zoom + offset, (start + length) * now.zoom + offset]
    if (from < MARGIN) return MARGIN - from
    return to > room - MARGIN ? Math.max(room - MARGIN - to, MARGIN - from) : 0
  }
  const dx = shift(box.x, box.width, now.x, view.width)
  const dy = shift(box.y, box.height, now.y, view.height)
  return dx === 0 && dy === 0 ? null : { x: now.x + dx, y: now.y + dy, zoom: now.zoom }
}

/** Where a block, an output or a layer of an opened block lies. */
export function boxOf(placed: readonly Placed[], id: string): (Size & { x: number; y: number }) | null {
  for (const place of placed) {
    const at = place.inner?.places.get(id)
    if (at) return { x: place.x + at.x, y: place.y + at.y, ...LAYER }
    const own = place.item.kind === 'head' ? place.item.layers[0]?.name : place.item.id
    if (own === id) return { x: place.x, y: place.y, width: place.width, height: place.height }
  }
  return null
}
