/** How heat is drawn, in the window and in pictures alike: matplotlib's inferno in steps of a tenth (Smith and van der Walt, CC0), dark to light,
 *  even to the eye and readable without telling colours apart. */
export const HEAT_COLOURS = [
  [0, 0, 4],
  [22, 11, 57],
  [66, 10, 104],
  [106, 23, 110],
  [147, 38, 103],
  [188, 55, 84],
  [221, 81, 58],
  [243, 120, 25],
  [252, 165, 10],
  [246, 215, 70],
  [252, 255, 164],
] as const satisfies readonly (readonly [red: number, green: number, blue: number])[]

/** Probabilities that covering a part moves by less than this are not worth a colour. */
const LEAST_LOSS = 0.01

/** The end of the scale that all maps of an explanation share; it begins at 0. */
export function heatScale(
  method: 'gradcam' | 'occlusion' | 'rollout',
  maps: readonly { class: string | null; most: number }[],
): number {
  const most = Math.max(0, ...maps.map((map) => map.most))
  const isProbability = method === 'occlusion' && maps.some((map) => map.class !== null)
  return isProbability ? Math.max(LEAST_LOSS, most) : most
}

/** Red, green and blue, 0..255, of a share 0..1 of the scale; what lies beside it has the colour of its end. */
export function heatColour(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (HEAT_COLOURS.length - 1)
  const from = Math.min(HEAT_COLOURS.length - 2, Math.floor(place))
  const [low, high] = [HEAT_COLOURS[from]!, HEAT_COLOURS[from + 1]!]
  const mix = (channel: 0 | 1 | 2): number => Math.round(low[channel] + (high[channel] - low[channel]) * (place - from))
  return [mix(0), mix(1), mix(2)]
}

/** Cells of equal size as `height` x `width` values, bilinear between the middles of the cells. */
export function stretchHeat(
  heat: { rows: number; columns: number; values: ArrayLike<number> },
  height: number,
  width: number,
): Float32Array {
  const across = stretched(heat.columns, width)
  const down = stretched(heat.rows, height)
  const out = new Float32Array(height * width)
  const at = (row: number, column: number): number => heat.values[row * heat.columns + column]!
  for (let y = 0; y < height; y++) {
    const { low: top, high: bottom, share: lower } = down[y]!
    for (let x = 0; x < width; x++) {
      const { low: left, high: right, share } = across[x]!
      const upperLine = at(top, left) * (1 - share) + at(top, right) * share
      const lowerLine = at(bottom, left) * (1 - share) + at(bottom, right) * share
      out[y * width + x] = upperLine * (1 - lower) + lowerLine * lower
    }
  }
  return out
}

function stretched(cells: number, length: number): { low: number; high: number; share: number }[] {
  return Array.from({ length }, (_, i) => {
    const place = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / length - 0.5))
    const low = Math.floor(place)
    return { low, high: Math.min(cells - 1, low + 1), share: place - low }
  })
}
