import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How the last window stood; `maximized` beside the size that it goes back to. */
export interface KeptBounds extends Rectangle {
  readonly maximized: boolean
}

/** What a new window begins with. Without a place the system centres it. */
export interface Bounds {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
}

/** What the page's layout has room in (styles/base.css), with the frame that some systems count. */
export const SMALLEST = { width: 940, height: 600 } as const
const DEFAULT = { width: 1440, height: 900 } as const
/** So much of a window must be seen that it can be taken hold of. */
const SEEN = { width: 120, height: 60 } as const

/** What was kept of the last window; null: nothing, or nothing sensible. */
export function readBounds(file: string): KeptBounds | null {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof KeptBounds, unknown>>
    if (![kept.width, kept.height, kept.x, kept.y].every(Number.isInteger)) return null
    const bounds = { ...(kept as KeptBounds), maximized: kept.maximized === true }
    return bounds.width >= SMALLEST.width && bounds.height >= SMALLEST.height ? bounds : null
  } catch {
    return null
  }
}

/** Kept for convenience only: a folder that cannot be written to costs nothing. */
export function writeBounds(file: string, { x, y, width, height, maximized }: KeptBounds): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ x, y, width, height, maximized }))
  } catch {
    // See above.
  }
}

/** Where a window goes, given the work areas of the screens that are there now (the first is the main one): where the last one
 *  was, if that is still on a screen; never larger than its screen. */
export function placeWindow(kept: KeptBounds | null, areas: readonly Rectangle[]): Bounds {
  const area = kept === null ? undefined : areas.find((one) => isSeen(kept, one))
  const { width, height } = kept ?? DEFAULT
  const size = shrink({ width, height }, area ?? areas[0])
  if (kept === null || area === undefined) return size
  return {
    ...size,
    x: within(kept.x, size.width, area.x, area.width),
    y: within(kept.y, size.height, area.y, area.height),
  }
}

function isSeen(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const height = Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y)
  // The title bar is what a window is moved by.
  return width >= SEEN.width && height >= SEEN.height && window.y >= area.y - SEEN.height
}

function shrink(
  size: { width: number; height: number },
  area: Rectangle | undefined,
): { width: number; height: number } {
  if (area === undefined) return size
  return { width: Math.min(size.width, area.width), height: Math.min(size.height, area.height) }
}

/** Moves what has become too large for its place to the beginning of the screen; leaves a window alone that hangs over an edge. */
function within(start: number, length: number, areaStart: number, areaLength: number): number {
  return length === areaLength ? areaStart : start
}
