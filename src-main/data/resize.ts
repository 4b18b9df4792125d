import type { PixelSize } from './pixel-size.ts'

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** height * width * channels, line by line. */
  readonly data: Uint8Array
  /** Of a picture that was shrunk while it was decoded. */
  readonly shrunk?: Shrunk
}

/** Where the whole of a larger picture would lie in its shrunk form, which may lack a fraction of a pixel at an edge. */
export interface Shrunk extends Box {
  readonly from: { readonly width: number; readonly height: number }
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Where the outputs along one axis come from: output i is the sum of `weights[i * most + k] * input[first[i] + k]` over k < count[i],
 *  the weights are shares in units of 2^-22. */
export interface Taps {
  readonly first: Int32Array
  readonly count: Int32Array
  readonly weights: Int32Array
  readonly most: number
}

const PRECISION = 22
const HALF = 1 << (PRECISION - 1)

/** Resizes bit for bit as `Image.resize(size, BILINEAR, box)` of Pillow does (its Resample.c, 8 bits a channel): a triangle that widens with
 *  the factor when reducing, so that nothing aliases; first across, then down, rounded to bytes in between. The box is the whole
 *  picture, or for `cover` its middle in the shape of the target, which may end between two pixels (docs/adr/0020-one-resize.md). */
export function resize(image: Pixels, size: PixelSize): Uint8Array {
  const { across, down, isAsHigh } = tapsFor(image, size)
  const asWide = across === null ? image : resizeAcross(image, across, size.width, down)
  return isAsHigh ? asWide.data : resizeDown(asWide, down, size.height)
}

/** Where the bytes of `resize` come from, along both axes; `across` null: the picture is as wide already. */
export function tapsFor(image: Omit<Pixels, 'data' | 'channels'>, size: PixelSize) {
  const { width, height, shrunk } = image
  const box = shrunk === undefined ? boxOf(image, size) : withinShrunk(boxOf(shrunk.from, size), shrunk)
  const isAsWide = size.width === width && box.left === 0 && box.right === width
  const isAsHigh = size.height === height && box.top === 0 && box.bottom === height
  return {
    across: isAsWide ? null : tapsOf(width, box.left, box.right, size.width),
    down: tapsOf(height, box.top, box.bottom, size.height),
    isAsHigh,
  }
}

/** What of a picture is seen, in its pixels: all of it, or for `cover` as large as fits in the shape of the target, as much left out on either side. */
export function boxOf({ width, height }: Pick<Pixels, 'width' | 'height'>, size: Omit<PixelSize, 'channels'>): Box {
  const whole = { left: 0, top: 0, right: width, bottom: height }
  if (size.resize === 'stretch') return whole
  if (width * size.height > height * size.width) {
    const length = (height * size.width) / size.height
    const left = (width - length) / 2
    return { ...whole, left, right: left + length }
  }
  const length = (width * size.height) / size.width
  const top = (height - length) / 2
  return { ...whole, top, bottom: top + length }
}

function withinShrunk(box: Box, { from, left, top, right, bottom }: Shrunk): Box {
  const x = (place: number): number => left + (place * (right - left)) / from.width
  const y = (place: number): number => top + (place * (bottom - top)) / from.height
  return { left: x(box.left), right: x(box.right), top: y(box.top), bottom: y(box.bottom) }
}

/** One axis. The ends of the box are 32-bit numbers in Pillow, all else has 64 bits. */
export function tapsOf(inputs: number, from: number, to: number, outputs: number): Taps {
  const start = Math.fround(from)
  const scale = Math.fround(Math.fround(to) - start) / outputs
  const support = Math.max(1, scale)
  const most = Math.ceil(support) * 2 + 1
  const taps = {
    first: new Int32Array(outputs),
    count: new Int32Array(outputs),
    weights: new Int32Array(outputs * most),
    most,
  }
  const shares = new Float64Array(most)
  for (let i = 0; i < outputs; i++) {
    const centre = start + (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) {
      shares[k] = Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / support)))
      sum += shares[k]!
    }
    for (let k = 0; k < count; k++) taps.weights[i * most + k] = Math.trunc(0.5 + (shares[k]! / sum) * 2 ** PRECISION)
    taps.first[i] = first
    taps.count[i] = count
  }
  return taps
}

/** Every line that `down` looks at, at the new width; the others stay black. */
function resizeAcross({ height, width, channels, data }: Pixels, taps: Taps, newWidth: number, down: Taps): Pixels {
  const out = new Uint8Array(height * newWidth * channels)
  const end = down.first.at(-1)! + down.count.at(-1)!
  for (let y = down.first[0]!; y < end; y++) {
    const line = { from: y * width * channels, to: y * newWidth * channels }
    if (channels === 3) resizeColourLine(data, out, line, taps)
    else resizeGreyLine(data, out, line, taps)
  }
  return { width: newWidth, height, channels, data: out }
}

interface Line {
  readonly from: number
  readonly to: number
}

function resizeColourLine(data: Uint8Array, out: Uint8Array, { from, to }: Line, taps: Taps): void {
  const { first, count, weights, most } = taps
  for (let x = 0; x < first.length; x++) {
    let red = HALF
    let green = HALF
    let blue = HALF
    let at = from + first[x]! * 3
    const end = x * most + count[x]!
    for (let k = x * most; k < end; k++, at += 3) {
      const weight = weights[k]!
      red = (red + Math.imul(data[at]!, weight)) | 0
      green = (green + Math.imul(data[at + 1]!, weight)) | 0
      blue = (blue + Math.imul(data[at + 2]!, weight)) | 0
    }
    out[to + x * 3] = red >> PRECISION
    out[to + x * 3 + 1] = green >> PRECISION
    out[to + x * 3 + 2] = blue >> PRECISION
  }
}

function resizeGreyLine(data: Uint8Array, out: Uint8Array, { from, to }: Line, taps: Taps): void {
  const { first, count, weights, most } = taps
  for (let x = 0; x < first.length; x++) {
    let sum = HALF
    const at = from + first[x]!
    for (let k = 0; k < count[x]!; k++) sum = (sum + Math.imul(data[at + k]!, weights[x * most + k]!)) | 0
    out[to + x] = sum >> PRECISION
  }
}

function resizeDown({ width, channels, data }: Pixels, taps: Taps, newHeight: number): Uint8Array {
  const stride = width * channels
  const out = new Uint8Array(newHeight * stride)
  const sums = new Int32Array(stride)
  for (let y = 0; y < newHeight; y++) {
    sums.fill(HALF)
    for (let k = 0; k < taps.count[y]!; k++) {
      const weight = taps.weights[y * taps.most + k]!
      const line = (taps.first[y]! + k) * stride
      for (let i = 0; i < stride; i++) sums[i] = (sums[i]! + Math.imul(data[line + i]!, weight)) | 0
    }
    for (let i = 0; i < stride; i++) out[y * stride + i] = sums[i]! >> PRECISION
  }
  return out
}
