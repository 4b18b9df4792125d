import type { default as sharp, Sharp } from 'sharp'
import { decodeBmp } from './bmp.ts'
import { typeOfBytes } from './image-type.ts'
import { MAX_PIXELS } from './image-limits.ts'

let loading: Promise<typeof sharp> | undefined

/** sharp over libvips, which is loaded with the first image: a table, or digits that need no resizing, do not wait for it. */
export function loadSharp(): Promise<typeof sharp> {
  loading ??= import('sharp').then(({ default: loaded }) => {
    // Files change between imports, and a cache of decoded images would hold the memory that training needs.
    loaded.cache(false)
    // Many images are decoded side by side; threads inside each one would only get into each other's way.
    loaded.concurrency(1)
    return loaded
  })
  return loading
}

/** A lazy sharp pipeline over an image's bytes: first frame or page only, upright (EXIF), any damage is an error. */
export async function openImage(bytes: Uint8Array): Promise<Sharp> {
  const sharp = await loadSharp()
  const limits = {
    limitInputPixels: MAX_PIXELS,
    ignoreIcc: true,
    failOn: 'error',
    sequentialRead: true,
    pages: 1,
  } as const
  if (typeOfBytes(bytes) !== 'bmp') return sharp(bytes, limits).autoOrient()
  const { data, width, height, channels } = decodeBmp(bytes, MAX_PIXELS)
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: MAX_PIXELS })
}

/** Transparent parts become white, CMYK and other spaces become sRGB, 16 bits become 8; one channel or three. */
export function flatten(image: Sharp, channels: 1 | 3): Sharp {
  return image.flatten({ background: '#ffffff' }).toColourspace(channels === 1 ? 'b-w' : 'srgb')
}
