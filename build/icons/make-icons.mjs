// Makes what every system wants of build/icons/icon.svg, so that packaging needs no converter: node build/icons/make-icons.mjs
// Needs the packages (sharp). The result is committed; running it again changes nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const folder = dirname(fileURLToPath(import.meta.url))
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512]
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** Types of the .icns format that hold a PNG, and its size. */
const MAC_TYPES = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }
/** On macOS the picture fills 824 of 1024 points; one without this margin looks larger than its neighbours in the Dock. */
const MAC_FILL = 824 / 1024

/** Every file, by its path below build/icons. */
export async function makeIcons() {
  const files = new Map()
  for (const size of LINUX_SIZES) files.set(`linux/${size}x${size}.png`, await png(size))
  files.set('icon.ico', await ico())
  files.set('icon.icns', await icns())
  return files
}

function draw(size) {
  const svg = readFileSync(join(folder, 'icon.svg'))
  return sharp(svg, { density: (72 * size) / 512 }).resize(size, size)
}

const png = (size) => draw(size).png({ compressionLevel: 9 }).toBuffer()

async function macPng(size) {
  const inner = Math.round(size * MAC_FILL)
  const before = Math.floor((size - inner) / 2)
  const after = size - inner - before
  const background = { r: 0, g: 0, b: 0, alpha: 0 }
  return draw(inner)
    .extend({ top: before, left: before, bottom: after, right: after, background })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** A header of 6 bytes, one of 16 an image, then the images: PNG for 256, bitmaps below (older shells read no small PNG). */
async function ico() {
  const images = await Promise.all(WINDOWS_SIZES.map((size) => (size === 256 ? png(size) : bitmap(size))))
  const header = Buffer.alloc(6 + 16 * images.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(images.length, 4)
  let offset = header.length
  for (const [at, image] of images.entries()) {
    const entry = header.subarray(6 + 16 * at)
    entry[0] = entry[1] = WINDOWS_SIZES[at] % 256
    entry.writeUInt16LE(1, 4)
    entry.writeUInt16LE(32, 6)
    entry.writeUInt32LE(image.length, 8)
    entry.writeUInt32LE(offset, 12)
    offset += image.length
  }
  return Buffer.concat([header, ...images])
}

/** BITMAPINFOHEADER of twice the height, BGRA rows from the bottom, then a mask of one bit a pixel (all drawn). */
async function bitmap(size) {
  const pixels = await draw(size).ensureAlpha().raw().toBuffer()
  const header = Buffer.alloc(40)
  header.writeUInt32LE(40, 0)
  header.writeInt32LE(size, 4)
  header.writeInt32LE(2 * size, 8)
  header.writeUInt16LE(1, 12)
  header.writeUInt16LE(32, 14)
  const rows = Buffer.alloc(pixels.length)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = 4 * (y * size + x)
      const to = 4 * ((size - 1 - y) * size + x)
      rows.set([pixels[from + 2], pixels[from + 1], pixels[from], pixels[from + 3]], to)
    }
  }
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size)
  return Buffer.concat([header, rows, mask])
}

/** 'icns' and the whole length, then each type, its length with these 8 bytes, and its PNG. */
async function icns() {
  const chunks = []
  for (const [type, size] of Object.entries(MAC_TYPES)) chunks.push(chunk(type, await macPng(size)))
  return chunk('icns', Buffer.concat(chunks))
}

function chunk(type, body) {
  const header = Buffer.alloc(8)
  header.write(type, 'latin1')
  header.writeUInt32BE(8 + body.length, 4)
  return Buffer.concat([header, body])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(folder, 'linux'), { recursive: true })
  for (const [path, bytes] of await makeIcons()) writeFileSync(join(folder, path), bytes)
}
