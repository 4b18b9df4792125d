import type { ImageShape } from '../../src-main/learning/engine/data/augment/draw.ts'

/** What an image's changes come to, pixel by pixel in plain arithmetic: the reference for the native ops. */
export interface PixelChanges {
  /** xx, xy, x0, yx, yy, y0: the target pixel (x, y) is read at (x0 + xx x + xy y, y0 + yx x + yy y). */
  readonly map: readonly number[]
  /** Factors of brightness, contrast and saturation; null: no colour change. */
  readonly colour: readonly number[] | null
}

/** (H, W, C) bytes -> changed values 0..255. */
export function augmentByPixel(pixels: Uint8Array, shape: ImageShape, { map, colour }: PixelChanges): Float64Array {
  const out = sampled(pixels, shape, map)
  if (colour !== null) jitter(out, shape.channels, colour)
  return out
}

function sampled(pixels: Uint8Array, { height, width, channels }: ImageShape, map: readonly number[]): Float64Array {
  const [xx, xy, x0, yx, yy, y0] = map as [number, number, number, number, number, number]
  const out = new Float64Array(height * width * channels)
  const at = (x: number, y: number, k: number) =>
    pixels[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * channels + k]!
  for (let i = 0; i < out.length; i++) {
    const [k, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    const sx = Math.min(Math.max(x0 + xx * x + xy * y, 0), width - 1)
    const sy = Math.min(Math.max(y0 + yx * x + yy * y, 0), height - 1)
    const [left, top] = [Math.floor(sx), Math.floor(sy)]
    const [fx, fy] = [sx - left, sy - top]
    const upper = at(left, top, k) * (1 - fx) + at(left + 1, top, k) * fx
    const lower = at(left, top + 1, k) * (1 - fx) + at(left + 1, top + 1, k) * fx
    out[i] = upper * (1 - fy) + lower * fy
  }
  return out
}

function jitter(values: Float64Array, channels: number, factors: readonly number[]): void {
  const [brightness, contrast, saturation] = factors as [number, number, number]
  const mean = values.reduce((sum, value) => sum + value * brightness, 0) / values.length
  for (let i = 0; i < values.length; i += channels) {
    const pixel = [...values.subarray(i, i + channels)].map((value) => (value * brightness - mean) * contrast + mean)
    const grey = pixel.reduce((sum, value) => sum + value, 0) / channels
    for (const [k, value] of pixel.entries()) {
      const saturated = channels === 1 ? value : grey + (value - grey) * saturation
      values[i + k] = Math.min(255, Math.max(0, saturated))
    }
  }
}
