import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { makeBmp } from './bad-files.ts'

/** A folder of small pictures of every kind that Graft reads, and of some that it does not; the order in which they are read. */
export async function manyPictures(folder: string): Promise<{ good: string[]; bad: string[] }> {
  mkdirSync(join(folder, 'deep'), { recursive: true })
  const colour = (width: number, height: number, channels: 3 | 4 = 3) => {
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + (i >> 5) * 11) % 256)
    return sharp(data, { raw: { width, height, channels } })
  }
  const wide = (values: (i: number) => number, channels: 1 | 3 | 4) => {
    const data = Uint16Array.from({ length: 30 * 21 * channels }, (_, i) => values(i) % 65536)
    return sharp(data, { raw: { width: 30, height: 21, channels } })
  }
  const palette = colour(40, 22).png({ palette: true, colours: 16 })
  const files = {
    'a.jpg': colour(50, 37).jpeg({ quality: 90 }),
    'alpha.png': colour(31, 44, 4).png(),
    'alpha16.png': wide((i) => i * 977, 4)
      .toColourspace('rgb16')
      .png(),
    'alpha.webp': colour(26, 21, 4).webp({ lossless: true }),
    'cmyk.jpg': colour(45, 29).toColourspace('cmyk').jpeg({ quality: 95 }),
    'cmyk.tif': colour(23, 29).toColourspace('cmyk').tiff({ compression: 'none' }),
    'deep/turned.jpg': colour(48, 33).withMetadata({ orientation: 6 }).jpeg(),
    'deep/upset.png': colour(18, 33).withMetadata({ orientation: 3 }).png(),
    'gif.gif': colour(24, 20).gif(),
    'grey.jpg': colour(60, 19).toColourspace('b-w').jpeg(),
    'grey16.png': wide((i) => i * 331, 1)
      .toColourspace('grey16')
      .png(),
    'palette.png': palette,
    'profile.png': colour(33, 33).withIccProfile('p3').png(),
    'rgb16.png': wide((i) => i * 613, 3)
      .toColourspace('rgb16')
      .png(),
    'sampled.jpg': colour(97, 55).jpeg({ chromaSubsampling: '4:2:0' }),
    'small.png': colour(3, 2).png(),
    'tall.tif': colour(9, 130).tiff({ compression: 'lzw' }),
  }
  for (const [name, image] of Object.entries(files)) writeFileSync(join(folder, name), await image.toBuffer())
  writeFileSync(join(folder, 'bitmap.bmp'), makeBmp(25, 31))
  const bad = { 'empty.jpg': '', 'notes.txt': 'no picture' }
  for (const [name, text] of Object.entries(bad)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'zz.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')
  writeFileSync(join(folder, '.hidden.jpg'), 'left behind')
  return { good: [...Object.keys(files), 'bitmap.bmp'].sort(), bad: [...Object.keys(bad), 'zz.svg'] }
}
