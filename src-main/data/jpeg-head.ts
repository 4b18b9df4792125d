/** Of a JPEG whose kind is common enough for our own decoder (build/addon/jpeg), which looks at the rest. */
export interface JpegHead {
  /** As it lies in the file. */
  readonly width: number
  readonly height: number
  /** EXIF, 1..8; 1 where it is not said. */
  readonly orientation: number
}

const START_OF_SCAN = 0xda
const SIZES = new Set([0xc0, 0xc1])
const TABLES = new Set([0xc4, 0xdb, 0xdd, 0xfe])
const APP1 = 0xe1
const ORIENTATION = 0x112
const SHORT = 3

/** Size and orientation by the markers of a sequential JPEG of three components; null: another kind, or what stands there is not clear. */
export function readJpegHead(bytes: Uint8Array): JpegHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null
  let size: Pick<JpegHead, 'width' | 'height'> | null = null
  let orientation: number | null = null
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1]!
    const length = view.getUint16(at + 2)
    if (bytes[at] !== 0xff || length < 2 || at + 2 + length > bytes.length) return null
    const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, length - 2)
    if (marker === START_OF_SCAN) return size === null ? null : { ...size, orientation: orientation ?? 1 }
    if (SIZES.has(marker)) {
      if (segment.byteLength !== 15 || segment.getUint8(0) !== 8 || segment.getUint8(5) !== 3) return null
      size = { height: segment.getUint16(1), width: segment.getUint16(3) }
    } else if (marker === APP1 && isExif(segment)) {
      // Which of two counts is not said anywhere.
      if (orientation !== null) return null
      orientation = orientationOf(new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6))
      if (orientation === null) return null
    } else if (!TABLES.has(marker) && (marker & 0xf0) !== 0xe0) return null
    at += 2 + length
  }
  return null
}

function isExif(segment: DataView): boolean {
  return segment.byteLength >= 6 && segment.getUint32(0) === 0x45786966 && segment.getUint16(4) === 0
}

/** Of the first directory of TIFF's kind (EXIF 2.32, 4.6); null: it is damaged, or says no orientation that there is. */
function orientationOf(tiff: DataView): number | null {
  if (tiff.byteLength < 8) return null
  const order = tiff.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return null
  const isLittle = order === 0x4949
  const directory = tiff.getUint32(4, isLittle)
  if (tiff.getUint16(2, isLittle) !== 42 || directory < 8 || directory + 2 > tiff.byteLength) return null
  const entries = tiff.getUint16(directory, isLittle)
  if (directory + 2 + 12 * entries > tiff.byteLength) return null
  let found: number | null = null
  for (let at = directory + 2; at < directory + 2 + 12 * entries; at += 12) {
    if (tiff.getUint16(at, isLittle) !== ORIENTATION) continue
    const isOne = tiff.getUint16(at + 2, isLittle) === SHORT && tiff.getUint32(at + 4, isLittle) === 1
    const value = tiff.getUint16(at + 8, isLittle)
    if (found !== null || !isOne || value < 1 || value > 8) return null
    found = value
  }
  return found ?? 1
}
