import { GraftError } from '../contract/errors.ts'

/** Uncompressed pixels, row by row from the top, channels interleaved. */
export interface RawImage {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

interface Header {
  readonly width: number
  readonly height: number
  readonly isTopDown: boolean
  readonly bits: number
  readonly pixels: number
  readonly palette: Uint8Array | null
  readonly masks: readonly [number, number, number, number] | null
}

const BI_RGB = 0
const BI_BITFIELDS = 3
const BI_ALPHABITFIELDS = 6

/** Reads Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits, with palette or bit fields, either way up; not the run-length and
 *  embedded JPEG/PNG kinds. Every offset comes from the file and is checked before it is used.
 *  @throws GraftError E_SOURCE_FORMAT */
export function decodeBmp(bytes: Uint8Array, maxPixels: number): RawImage {
  const header = readHeader(bytes, maxPixels)
  const channels = header.masks !== null && header.masks[3] !== 0 ? 4 : 3
  const data = new Uint8Array(header.width * header.height * channels)
  const stride = Math.floor((header.bits * header.width + 31) / 32) * 4
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (header.pixels + stride * header.height > bytes.length) throw broken('its pixels end too early')
  for (let y = 0; y < header.height; y++) {
    const row = header.pixels + stride * (header.isTopDown ? y : header.height - 1 - y)
    readRow(view, row, header, channels, data, y * header.width * channels)
  }
  return { width: header.width, height: header.height, channels, data }
}

function readHeader(bytes: Uint8Array, maxPixels: number): Header {
  if (bytes.length < 30 || bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw broken('its header is incomplete')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getUint32(14, true)
  const isCore = size === 12
  if ((!isCore && size < 40) || 14 + size > bytes.length) throw broken('its header is incomplete')
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = isCore ? view.getInt16(20, true) : view.getInt32(22, true)
  const height = Math.abs(signedHeight)
  const bits = view.getUint16(isCore ? 24 : 28, true)
  const compression = isCore ? BI_RGB : view.getUint32(30, true)
  if (width <= 0 || height === 0) throw broken('its size is not positive')
  if (width * height > maxPixels)
    throw refused('too-large', `Expected at most ${maxPixels} pixels. Received: ${width} x ${height}`)
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw broken(`${bits} bits per pixel are not known`)
  if (![BI_RGB, BI_BITFIELDS, BI_ALPHABITFIELDS].includes(compression)) {
    throw refused('unsupported-format', 'Compressed bitmaps are not read; save it as PNG')
  }
  const after = 14 + size
  return {
    width,
    height,
    isTopDown: signedHeight < 0,
    bits,
    pixels: view.getUint32(10, true),
    palette: bits <= 8 ? readPalette(bytes, view, after, bits, isCore) : null,
    masks: bits === 16 || bits === 32 ? readMasks(view, size, bits, compression) : null,
  }
}

/** Red, green, blue of each entry. */
function readPalette(bytes: Uint8Array, view: DataView, at: number, bits: number, isCore: boolean): Uint8Array {
  const given = isCore ? 0 : view.getUint32(46, true)
  const count = Math.min(given === 0 ? 2 ** bits : given, 2 ** bits)
  const step = isCore ? 3 : 4
  if (at + count * step > bytes.length) throw broken('its palette is incomplete')
  const palette = new Uint8Array(2 ** bits * 3)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) palette[i * 3 + c] = bytes[at + i * step + 2 - c] as number
  }
  return palette
}

function readMasks(view: DataView, size: number, bits: number, compression: number): [number, number, number, number] {
  if (compression === BI_RGB) return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
  // The masks follow the 40-byte header, or are part of a longer one: the same place either way.
  if (66 > view.byteLength) throw broken('its bit masks are missing')
  const hasAlpha = (size >= 56 || compression === BI_ALPHABITFIELDS) && 70 <= view.byteLength
  const mask = (at: number): number => view.getUint32(at, true)
  return [mask(54), mask(58), mask(62), hasAlpha ? mask(66) : 0]
}

function readRow(view: DataView, row: number, h: Header, channels: number, out: Uint8Array, to: number): void {
  for (let x = 0; x < h.width; x++) {
    const at = to + x * channels
    if (h.palette !== null) {
      const entry = paletteIndex(view, row, x, h.bits) * 3
      for (let c = 0; c < 3; c++) out[at + c] = h.palette[entry + c] as number
    } else if (h.masks !== null) {
      const word = h.bits === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true)
      for (let c = 0; c < channels; c++) out[at + c] = maskedByte(word, h.masks[c] as number)
    } else {
      for (let c = 0; c < 3; c++) out[at + c] = view.getUint8(row + x * 3 + 2 - c)
    }
  }
}

function paletteIndex(view: DataView, row: number, x: number, bits: number): number {
  const bit = x * bits
  return (view.getUint8(row + (bit >> 3)) >> (8 - bits - (bit & 7))) & (2 ** bits - 1)
}

/** The value under a mask, scaled to 0..255 and rounded down, as Pillow does. */
function maskedByte(word: number, mask: number): number {
  if (mask === 0) return 0
  const shift = Math.clz32(mask & -mask) ^ 31
  const largest = mask >>> shift
  return Math.floor((((word & mask) >>> shift) * 255) / largest)
}

function broken(what: string): GraftError {
  return refused('truncated', `Truncated or damaged: ${what}`)
}

/** `details.problem` is the code of the import problem. */
function refused(problem: 'too-large' | 'unsupported-format' | 'truncated', message: string): GraftError {
  return new GraftError('E_SOURCE_FORMAT', message, { details: { problem } })
}
