import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Bounds {
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
}

const DEFAULT: Bounds = { width: 1440, height: 900 }

/** Size and place of the last window; the default when nothing sensible was kept. */
export function readBounds(file: string): Bounds {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof Bounds, unknown>>
    if (![kept.width, kept.height, kept.x, kept.y].every(Number.isInteger)) return DEFAULT
    const bounds = kept as Required<Bounds>
    return bounds.width >= 900 && bounds.height >= 600 ? bounds : DEFAULT
  } catch {
    return DEFAULT
  }
}

/** Kept for convenience only: a folder that cannot be written to costs nothing. */
export function writeBounds(file: string, bounds: Required<Bounds>): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify({ x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height }))
  } catch {
    // See above.
  }
}
