/** Places lie in the unit square, y upwards; the screen's pixels are CSS pixels of the canvas, y downwards. */
export interface MapViewport {
  /** Pixels per unit. */
  readonly scale: number
  /** Where the square's lower left corner is, in pixels. */
  readonly x: number
  readonly y: number
}

export interface MapSize {
  readonly width: number
  readonly height: number
}

const MARGIN = 24
const MOST = 400

/** The whole square, in the middle. */
export function fitMap({ width, height }: MapSize): MapViewport {
  const scale = Math.max(20, Math.min(width, height) - 2 * MARGIN)
  return { scale, x: (width - scale) / 2, y: (height + scale) / 2 }
}

/** What is under a pixel stays under it. Never smaller than half of what fits, never nearer than `MOST` times. */
export function zoomMap(
  view: MapViewport,
  size: MapSize,
  factor: number,
  at: { readonly x: number; readonly y: number },
): MapViewport {
  const { scale: fit } = fitMap(size)
  const scale = Math.max(fit / 2, Math.min(fit * MOST, view.scale * factor))
  const change = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * change, y: at.y - (at.y - view.y) * change }
}

export function panMap(view: MapViewport, dx: number, dy: number): MapViewport {
  return { ...view, x: view.x + dx, y: view.y + dy }
}

export const toScreen = (view: MapViewport, x: number, y: number): { x: number; y: number } => ({
  x: view.x + x * view.scale,
  y: view.y - y * view.scale,
})

export const toMap = (view: MapViewport, x: number, y: number): { x: number; y: number } => ({
  x: (x - view.x) / view.scale,
  y: (view.y - y) / view.scale,
})

/** The smallest move that brings a place into view; the same view where it is there already. */
export function revealOnMap(view: MapViewport, size: MapSize, x: number, y: number): MapViewport {
  const at = toScreen(view, x, y)
  const shift = (value: number, room: number): number =>
    value < MARGIN ? MARGIN - value : value > room - MARGIN ? room - MARGIN - value : 0
  const [dx, dy] = [shift(at.x, size.width), shift(at.y, size.height)]
  return dx === 0 && dy === 0 ? view : panMap(view, dx, dy)
}

/** Radius of a point in pixels: smaller the more there are, larger the nearer one looks. */
export function pointRadius(points: number, view: MapViewport, size: MapSize): number {
  const crowd = points <= 500 ? 5 : points <= 3000 ? 4 : points <= 20_000 ? 3 : 2.2
  const nearness = Math.sqrt(view.scale / fitMap(size).scale)
  return Math.min(9, Math.max(1.6, crowd * Math.min(3, Math.max(0.8, nearness))))
}
