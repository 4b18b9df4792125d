import type { Pixels } from '../../src-main/data/resize.ts'

/** The picture of test/fixtures/resize/make.py. */
export function patternPixels([width, height]: [number, number], channels: 1 | 3): Pixels {
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    data[i] = x * 37 + y * 101 + c * 53 + x * y * 7
  }
  return { width, height, channels, data }
}
