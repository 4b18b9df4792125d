/** The part of predict.mjs that reads pictures from files: upright, 8 bits, on white, with sharp; bitmaps by itself, which sharp does not read. */
export const JAVASCRIPT_FILES = String.raw`
const LARGEST = 100_000_000 // pixels: a few kilobytes can claim to be gigapixels
// What systems leave behind in every folder.
const LEFT_BEHIND = /^(\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|@eaDir|Icon\r|\$RECYCLE\.BIN)$/i
const KINDS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']

/** The picture at its full size: { width, height, channels: 1 or 3, data }. */
async function readPicture(path) {
  const bytes = await readFile(path)
  if (bytes.length === 0) throw new Error('the file is empty')
  if (bytes.toString('latin1', 0, 2) === 'BM') return readBitmap(bytes)
  const open = () => sharp(bytes, { limitInputPixels: LARGEST, failOn: 'error', pages: 1, ignoreIcc: true }).autoOrient()
  const { format, compression, depth, space, hasAlpha } = await open().metadata()
  if (!KINDS.includes(format) || (format === 'heif' && compression !== 'av1')) {
    throw new Error('expected a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image, received ' + format)
  }
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new Error('expected values of 8 or 16 bits; of others the white is not known')
  }
  if (space === 'cmyk') return fromCmyk(await rawOf(open().pipelineColourspace('cmyk').toColourspace('cmyk')))
  const picture = await rawOf(open().toColourspace(space === 'b-w' && !hasAlpha ? 'b-w' : 'srgb'))
  return picture.channels === 4 ? onWhite(picture) : picture
}

async function rawOf(image) {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

/** Ink is what is taken away from white: R = (1 - K) - C * (1 - K). */
function fromCmyk({ width, height, channels, data }) {
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const light = 255 - data[from + 3]
    for (let c = 0; c < 3; c++) rgb[to++] = light - Math.round((data[from + c] * light) / 255)
  }
  return { width, height, channels: 3, data: rgb }
}

/** Windows bitmaps without compression: 1, 4, 8 bits with a palette, 16, 24 and 32 bits. */
function readBitmap(bytes) {
  const start = bytes.readUInt32LE(10)
  const header = bytes.readUInt32LE(14)
  const isOld = header === 12
  const width = isOld ? bytes.readUInt16LE(18) : bytes.readInt32LE(18)
  const signed = isOld ? bytes.readInt16LE(20) : bytes.readInt32LE(22)
  const height = Math.abs(signed)
  const bits = bytes.readUInt16LE(isOld ? 24 : 28)
  const compression = isOld ? 0 : bytes.readUInt32LE(30)
  if (width <= 0 || width * height > LARGEST || ![1, 4, 8, 16, 24, 32].includes(bits) || ![0, 3, 6].includes(compression)) {
    throw new Error('expected an uncompressed bitmap; save it as PNG')
  }
  const stride = Math.floor((bits * width + 31) / 32) * 4
  const masks = compression === 0 ? (bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]) : [54, 58, 62].map((at) => bytes.readUInt32LE(at))
  const alpha = compression !== 0 && (header >= 56 || compression === 6) ? bytes.readUInt32LE(66) : 0
  const underMask = (word, mask) => {
    const shift = Math.clz32(mask & -mask) ^ 31
    return mask === 0 ? 0 : Math.floor((((word & mask) >>> shift) * 255) / (mask >>> shift))
  }
  const channels = alpha === 0 || bits < 16 || bits === 24 ? 3 : 4
  const data = new Uint8Array(width * height * channels)
  for (let y = 0, to = 0; y < height; y++) {
    const line = start + stride * (signed < 0 ? y : height - 1 - y)
    for (let x = 0; x < width; x++, to += channels) {
      if (bits <= 8) {
        const index = (bytes[line + ((x * bits) >> 3)] >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1)
        const entry = 14 + header + index * (isOld ? 3 : 4)
        for (let c = 0; c < 3; c++) data[to + c] = bytes[entry + 2 - c]
      } else if (bits === 24) for (let c = 0; c < 3; c++) data[to + c] = bytes[line + x * 3 + 2 - c]
      else {
        const word = bits === 16 ? bytes.readUInt16LE(line + x * 2) : bytes.readUInt32LE(line + x * 4)
        for (let c = 0; c < channels; c++) data[to + c] = underMask(word, c < 3 ? masks[c] : alpha)
      }
    }
  }
  const picture = { width, height, channels, data }
  return channels === 4 ? onWhite(picture) : picture
}

/** A file, or all files of a folder in the order of their paths. Links to folders are not followed. */
async function filesOf(given) {
  const isFolder = await stat(given).then((facts) => facts.isDirectory(), () => false)
  if (!isFolder) return [given]
  const found = []
  const waiting = [given]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (LEFT_BEHIND.test(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile() || !(await stat(path).then((facts) => facts.isDirectory(), () => false))) found.push(path)
    }
  }
  const nameOf = (path) => relative(given, path).replaceAll('\\', '/')
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

/** Everything to predict, and how to get its input. */
async function sourcesOf(paths) {
  const files = (await Promise.all(paths.map(filesOf))).flat()
  return files.map((path) => ({ path, read: async () => inputOf(await readPicture(path), PREPARATION) }))
}

const SHAPE = [PREPARATION.height, PREPARATION.width, PREPARATION.channels]
`

export const JAVASCRIPT_FILES_IMPORTS = [
  "import { readdir, readFile, stat } from 'node:fs/promises'",
  "import { join, relative } from 'node:path'",
  "import sharp from 'sharp'",
] as const
