import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { seededRandom } from '../../src-main/base/seeded-random.ts'

const EACH = 10

/** Kinds of files that people have, each written of a picture: raw RGB, width, height, and its number. */
const KINDS = {
  'jpeg.jpg': ({ image }) => image.jpeg({ quality: 90 }),
  'jpeg-progressive.jpg': ({ image }) => image.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  'jpeg-coarse.jpeg': ({ image }) => image.jpeg({ quality: 40 }),
  'jpeg-grey.jpg': ({ image }) => image.greyscale().jpeg(),
  'jpeg-cmyk.jpg': ({ image }) => image.toColourspace('cmyk').jpeg({ quality: 95 }),
  'jpeg-turned.jpg': ({ image, number }) => image.withMetadata({ orientation: (number % 8) + 1 }).jpeg(),
  'png.png': ({ image }) => image.png(),
  'png-palette.png': ({ image }) => image.png({ palette: true, colours: 64 }),
  'png-interlaced.png': ({ image }) => image.png({ progressive: true }),
  'png-grey.png': ({ image }) => image.greyscale().toColourspace('b-w').png(),
  'png-alpha.png': ({ raw, size }) => withAlpha(raw, size).png(),
  'png-grey-alpha.png': ({ raw, size }) => withAlpha(raw, size).greyscale().png(),
  'png-16-bit.png': ({ raw, size }) => wide(raw, size).png(),
  'webp.webp': ({ image }) => image.webp({ quality: 80 }),
  'webp-lossless.webp': ({ raw, size }) => withAlpha(raw, size).webp({ lossless: true }),
  'gif.gif': ({ image }) => image.gif({ colours: 128 }),
  'tiff.tif': ({ image }) => image.tiff({ compression: 'lzw' }),
  'tiff-16-bit.tiff': ({ raw, size }) => wide(raw, size).tiff({ compression: 'deflate' }),
  'bmp.bmp': ({ raw, size }) => ({ toBuffer: async () => bitmap(raw, size) }),
  'photograph-large.jpg': ({ image }) => image.resize(1600, 1200, { fit: 'fill' }).jpeg({ quality: 92 }),
}

/** Writes ten files of each kind, of many sizes: wide, tall, and smaller than a network's input. */
export async function writePhotographs(folder) {
  mkdirSync(folder, { recursive: true })
  const random = seededRandom(11, 'photographs')
  for (const [kind, write] of Object.entries(KINDS)) {
    for (let number = 0; number < EACH; number++) {
      const size = { width: 40 + Math.floor(random() * 500), height: 40 + Math.floor(random() * 400) }
      const raw = picture(size, random)
      const image = sharp(raw, { raw: { ...size, channels: 3 } })
      writeFileSync(join(folder, `${number}-${kind}`), await write({ image, raw, size, number }).toBuffer())
    }
  }
}

/** Coloured waves below discs, with a texture: edges, flat places and fine lines. */
function picture({ width, height }, random) {
  const waves = Array.from({ length: 3 }, () => [random() / 9, random() / 9, random() * 6])
  const discs = Array.from({ length: 8 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: 5 + random() * 90,
    colour: [random() * 255, random() * 255, random() * 255],
  }))
  const raw = Buffer.alloc(width * height * 3)
  for (let i = 0; i < raw.length; i++) {
    const [place, c] = [Math.floor(i / 3), i % 3]
    const [x, y] = [place % width, Math.floor(place / width)]
    const disc = discs.find((each) => (each.x - x) ** 2 + (each.y - y) ** 2 < each.radius ** 2)
    const [across, down, from] = waves[c]
    const value = disc?.colour[c] ?? 128 + 100 * Math.sin(across * x + down * y + from)
    raw[i] = Math.min(255, Math.max(0, value + ((i * 7919) % 31) - 15))
  }
  return raw
}

/** More opaque to the right. */
function withAlpha(raw, { width, height }) {
  const all = Buffer.alloc(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    raw.copy(all, i * 4, i * 3, i * 3 + 3)
    all[i * 4 + 3] = Math.round((255 * (i % width)) / width)
  }
  return sharp(all, { raw: { width, height, channels: 4 } })
}

function wide(raw, { width, height }) {
  const values = Uint16Array.from(raw, (value, i) => value * 256 + ((i * 37) % 256))
  return sharp(values, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
}

/** 24 bits, from the bottom up, as the format has it. */
function bitmap(raw, { width, height }) {
  const row = Math.ceil((width * 3) / 4) * 4
  const file = Buffer.alloc(54 + row * height)
  file.write('BM')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeInt32LE(width, 18)
  file.writeInt32LE(height, 22)
  file.writeUInt16LE(1, 26)
  file.writeUInt16LE(24, 28)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(y * width + x) * 3, 54 + (height - 1 - y) * row + x * 3]
      for (let c = 0; c < 3; c++) file[to + c] = raw[from + 2 - c]
    }
  }
  return file
}
