import type { PixelSize } from './pixel-size.ts'

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** height * width * channels, line by line. */
  readonly data: Uint8Array
}

/** Where the outputs along one axis come from: between two inputs, by a share of the second. */
interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/** Bilinear enlarging: output i is the input at (i + 1/2 + offset) / scale - 1/2, linear between the centres of pixels, the
 *  outermost pixels going on beyond the edge. libvips takes half an output pixel less, which moves the picture. */
export function enlarge(image: Pixels, size: PixelSize): Uint8Array {
  const { width, height, channels } = image
  const byWidth = size.width / width
  const byHeight = size.height / height
  const cover = Math.max(byWidth, byHeight)
  const [scaleX, scaleY] = size.resize === 'cover' ? [cover, cover] : [byWidth, byHeight]
  const across = tapsOf(width, size.width, scaleX)
  const down = tapsOf(height, size.height, scaleY)
  const lines = widen(image, across, size.width)
  const stride = size.width * channels
  const out = new Uint8Array(size.height * stride)
  for (let y = 0; y < size.height; y++) {
    const low = (down.low[y] as number) * stride
    const high = (down.high[y] as number) * stride
    const share = down.share[y] as number
    for (let i = 0; i < stride; i++) {
      const from = lines[low + i] as number
      out[y * stride + i] = Math.round(from + ((lines[high + i] as number) - from) * share)
    }
  }
  return out
}

/** Every line of the image at the new width. */
function widen({ width, height, channels, data }: Pixels, taps: Taps, newWidth: number): Float32Array {
  const lines = new Float32Array(height * newWidth * channels)
  let to = 0
  for (let y = 0; y < height; y++) {
    const line = y * width * channels
    for (let x = 0; x < newWidth; x++) {
      const low = line + (taps.low[x] as number) * channels
      const high = line + (taps.high[x] as number) * channels
      const share = taps.share[x] as number
      for (let c = 0; c < channels; c++) {
        const from = data[low + c] as number
        lines[to++] = from + ((data[high + c] as number) - from) * share
      }
    }
  }
  return lines
}

/** What is larger than `to` after scaling is cut by equal parts on both sides. */
function tapsOf(from: number, to: number, scale: number): Taps {
  const offset = (from * scale - to) / 2
  const taps = { low: new Int32Array(to), high: new Int32Array(to), share: new Float32Array(to) }
  for (let i = 0; i < to; i++) {
    const at = Math.min(from - 1, Math.max(0, (i + 0.5 + offset) / scale - 0.5))
    const low = Math.floor(at)
    taps.low[i] = low
    taps.high[i] = Math.min(from - 1, low + 1)
    taps.share[i] = at - low
  }
  return taps
}
