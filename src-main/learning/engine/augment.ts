import type { SeededRandom } from '../../base/seeded-random.ts'
import type { AugmentSpec } from '../../contract/spec.ts'

export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Whether anything would change. */
export function isAugmented(spec: AugmentSpec): boolean {
  return spec.flip || spec.crop < 1 || spec.rotate > 0 || spec.colour > 0
}

/** Writes a randomly changed copy of an image (bytes 0..255, interleaved) into `out` from `offset` on, as 0..255 numbers.
 *  One affine map with bilinear sampling does the geometry: a crop of side `crop`..1 of the image scaled back to its full
 *  size, at a random place; mirrored left-right with probability 1/2; rotated by up to `rotate` degrees about the
 *  crop's middle. Outside, the edge pixels go on. Then colour: brightness, contrast and (RGB) saturation each by
 *  a factor within 1 +- colour / 2, cut off at 0 and 255. Always draws the same count of random numbers. */
export function augmentImage(
  pixels: Uint8Array,
  shape: ImageShape,
  spec: AugmentSpec,
  random: SeededRandom,
  out: Float32Array,
  offset: number,
): void {
  const map = drawMap(shape, spec, random)
  const factors = [random(), random(), random()].map((u) => 1 + (u - 0.5) * spec.colour)
  sample(pixels, shape, map, out, offset)
  if (spec.colour > 0) {
    const values = out.subarray(offset, offset + shape.height * shape.width * shape.channels)
    jitter(values, shape.channels, factors as [number, number, number])
  }
}

/** Source position of the target pixel (x, y): (x0 + xx * x + xy * y, y0 + yx * x + yy * y). */
interface AffineMap {
  readonly x0: number
  readonly xx: number
  readonly xy: number
  readonly y0: number
  readonly yx: number
  readonly yy: number
}

function drawMap({ height, width }: ImageShape, spec: AugmentSpec, random: SeededRandom): AffineMap {
  const scale = spec.crop + (1 - spec.crop) * random()
  const shiftX = (random() - 0.5) * (1 - scale) * width
  const shiftY = (random() - 0.5) * (1 - scale) * height
  const mirror = random() < 0.5 && spec.flip ? -1 : 1
  const angle = ((2 * random() - 1) * spec.rotate * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2]
  const map = { xx: cos * mirror, xy: -sin, yx: sin * mirror, yy: cos }
  return {
    ...map,
    x0: middleX + shiftX - map.xx * middleX - map.xy * middleY,
    y0: middleY + shiftY - map.yx * middleX - map.yy * middleY,
  }
}

function sample(pixels: Uint8Array, shape: ImageShape, map: AffineMap, out: Float32Array, offset: number): void {
  const { height, width, channels } = shape
  let at = offset
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = Math.min(Math.max(map.x0 + map.xx * x + map.xy * y, 0), width - 1)
      const sy = Math.min(Math.max(map.y0 + map.yx * x + map.yy * y, 0), height - 1)
      const left = Math.floor(sx)
      const top = Math.floor(sy)
      const [fx, fy] = [sx - left, sy - top]
      const right = Math.min(left + 1, width - 1)
      const bottom = Math.min(top + 1, height - 1)
      const a = (top * width + left) * channels
      const b = (top * width + right) * channels
      const c = (bottom * width + left) * channels
      const d = (bottom * width + right) * channels
      for (let k = 0; k < channels; k++) {
        const upper = pixels[a + k]! * (1 - fx) + pixels[b + k]! * fx
        const lower = pixels[c + k]! * (1 - fx) + pixels[d + k]! * fx
        out[at++] = upper * (1 - fy) + lower * fy
      }
    }
  }
}

function jitter(values: Float32Array, channels: number, [brightness, contrast, saturation]: [number, number, number]) {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * brightness
  const mean = sum / values.length
  for (let i = 0; i < values.length; i += channels) {
    let grey = 0
    for (let k = 0; k < channels; k++) {
      const value = (values[i + k]! * brightness - mean) * contrast + mean
      values[i + k] = value
      grey += value / channels
    }
    for (let k = 0; k < channels; k++) {
      const value = channels === 1 ? values[i]! : grey + (values[i + k]! - grey) * saturation
      values[i + k] = Math.min(255, Math.max(0, value))
    }
  }
}
