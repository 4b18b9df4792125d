import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

const picture = (width = 40, height = 30): Sharp => {
  const pixels = new Uint8Array(width * height * 3).map((_, i) => (i * 7 + (i >> 5) * 31) % 256)
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

/** A 24-bit bitmap, bottom up, as paint programs write it. */
export function makeBmp(width: number, height: number): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4
  const bytes = Buffer.alloc(54 + stride * height, 0x40)
  bytes.fill(0, 0, 54)
  bytes.write('BM', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length, 2)
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(width, 18)
  bytes.writeInt32LE(height, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  return bytes
}

/** A PNG whose header claims another size. */
function claimSize(png: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

const ftyp = (brand: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1${brand}`), Buffer.alloc(40)])

/** Every kind of file that folders of real people hold, under `<root>/data/odd/`. Closes its socket when told. */
export async function makeBadFiles(root: string): Promise<{ folder: string; close(): void }> {
  const folder = join(root, 'data')
  const odd = join(folder, 'odd')
  mkdirSync(odd, { recursive: true })
  const put = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(odd, name), bytes)
  const jpeg = await picture().jpeg().toBuffer()
  const png = await picture().png().toBuffer()
  await putPictures(put, jpeg, png)
  putBroken(put, jpeg, png)
  putOthers(put)
  mkdirSync(join(odd, 'folder.jpg'))
  mkdirSync(join(folder, 'nothing'))
  writeFileSync(join(root, 'secret.jpg'), jpeg)
  const server = putLinks(root, odd)
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  return { folder, close: () => void server.close() }
}

type Put = (name: string, bytes: Uint8Array | string) => void

async function putPictures(put: Put, jpeg: Buffer, png: Buffer): Promise<void> {
  put('plain.jpg', jpeg)
  put('rotated.jpg', await picture(41, 30).withMetadata({ orientation: 6 }).jpeg().toBuffer())
  put('cmyk.jpg', await picture(42).toColourspace('cmyk').jpeg().toBuffer())
  put('progressive.jpg', await picture(43).jpeg({ progressive: true }).toBuffer())
  put('palette.png', await picture(44).png({ palette: true }).toBuffer())
  put('sixteen.png', await picture(45).toColourspace('rgb16').png().toBuffer())
  put('grey.png', await picture(46).toColourspace('b-w').png().toBuffer())
  put('alpha.png', await picture(47).ensureAlpha(0.2).png().toBuffer())
  put('animated.gif', await picture(48).gif().toBuffer())
  put('photo.webp', await picture(49).webp().toBuffer())
  put('scan.tiff', await picture(50).tiff().toBuffer())
  put('new.avif', await picture(51).avif({ effort: 0 }).toBuffer())
  put('paint.bmp', makeBmp(52, 30))
  put('really-png.jpg', await picture(53).png().toBuffer())
  put('no-extension', await picture(54).png().toBuffer())
  put('Фото 写真 📷 é.png', await picture(55).png().toBuffer())
  put('line\nbreak.png', await picture(56).png().toBuffer())
  put(`${'long'.repeat(60)}.png`, await picture(57).png().toBuffer())
  put('again.png', png)
  put('and-again.png', png)
}

function putBroken(put: Put, jpeg: Buffer, png: Buffer): void {
  put('empty.jpg', '')
  put('half.jpg', jpeg.subarray(0, jpeg.length >> 1))
  put('half.png', png.subarray(0, png.length >> 1))
  put('header-only.png', png.subarray(0, 20))
  put('half.bmp', makeBmp(20, 20).subarray(0, 600))
  put('bomb.png', claimSize(png, 60_000, 60_000))
  put('damaged.png', Buffer.concat([png.subarray(0, 60), Buffer.alloc(40, 0xff), png.subarray(100)]))
  put('noise.webp', Buffer.concat([Buffer.from('RIFF\x40\0\0\0WEBPVP8 '), Buffer.alloc(60, 0x5a)]))
}

function putOthers(put: Put): void {
  put('text.jpg', 'this is no picture')
  put('page.png', '<!DOCTYPE html><html></html>')
  put(
    'drawing.svg',
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
  )
  put('drawing.png', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  put('phone.heic', ftyp('heic'))
  put('layers.psd', Buffer.from('8BPS\0\x01'))
  put('manual.pdf', '%PDF-1.4')
  put('notes.txt', 'a note')
  put('.DS_Store', 'left by a system')
  put('Thumbs.db', 'left by another')
}

function putLinks(root: string, odd: string): Server {
  symlinkSync(join(root, 'secret.jpg'), join(odd, 'outside.jpg'))
  symlinkSync(join(odd, 'plain.jpg'), join(odd, 'inside.jpg'))
  symlinkSync(join(odd, 'gone.jpg'), join(odd, 'nowhere.jpg'))
  symlinkSync(join(odd, 'b.jpg'), join(odd, 'a.jpg'))
  symlinkSync(join(odd, 'a.jpg'), join(odd, 'b.jpg'))
  symlinkSync(odd, join(odd, 'loop'))
  // Names are bytes on Linux: 0xff never occurs in UTF-8.
  if (process.platform === 'linux')
    writeFileSync(Buffer.concat([Buffer.from(`${odd}/latin`), Buffer.from([0xff]), Buffer.from('.png')]), 'x')
  return createServer().listen(join(odd, 'socket.jpg'))
}
