import type { Explanation } from '../contract/explanations.ts'
import { heatColour, stretchHeat } from '../contract/heat.ts'
import { toSize } from '../data/decode.ts'
import { encodePng } from '../data/png.ts'
import type { Pixels } from '../data/resize.ts'
import type { HeatValues } from '../learning/explain/heat-values.ts'

/** Longest side of a picture in pixels, and between two of them. */
const SMALLEST = 448
const LARGEST = 1600
const GAP = 8
/** Share of the heat's colour in a pixel; what the network does not see is darkened instead. */
const OPACITY = 0.6
const UNSEEN = 0.5

/** Pictures of heat over a picture, side by side, as PNG; the lightest colour is the end of the scale. */
export function heatOverlay(
  picture: Pixels,
  { seen, scale }: { seen: Explanation['seen']; scale: number },
  maps: readonly HeatValues[],
): Uint8Array {
  const longest = Math.max(picture.width, picture.height)
  const factor = Math.min(LARGEST, Math.max(SMALLEST, longest)) / longest
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * factor))) as [number, number] // prettier-ignore
  const base = toSize(picture, { width, height, channels: 3, resize: 'stretch' })
  const box = { left: Math.round(seen.left * factor), top: Math.round(seen.top * factor), width: Math.round(seen.width * factor), height: Math.round(seen.height * factor) } // prettier-ignore
  const total = width * maps.length + GAP * (maps.length - 1)
  const out = new Uint8Array(total * height * 3).fill(255)
  maps.forEach((map, place) => {
    const shares = stretchHeat(map, box.height, box.width)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [row, column] = [y - box.top, x - box.left]
        const isSeen = row >= 0 && row < box.height && column >= 0 && column < box.width
        const colour = isSeen ? heatColour(scale > 0 ? shares[row * box.width + column]! / scale : 0) : BLACK
        const opacity = isSeen ? OPACITY : UNSEEN
        const to = (y * total + place * (width + GAP) + x) * 3
        for (let c = 0; c < 3; c++) out[to + c] = base[(y * width + x) * 3 + c]! * (1 - opacity) + colour[c]! * opacity
      }
    }
  })
  return encodePng(out, total, height, 3)
}

const BLACK = [0, 0, 0] as const
