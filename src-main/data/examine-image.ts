import { createHash } from 'node:crypto'
import { GraftError } from '../contract/errors.ts'
import { faultOfDepth, faultOfType, type ImageFault } from './image-faults.ts'
import { type FileType, typeOfBytes, typeOfName } from './image-type.ts'
import { MAX_PIXELS } from './image-limits.ts'
import { flatten, openImage } from './open-image.ts'
import { encodePng } from './png.ts'

const THUMB_SIDE = 160
/** Up to here a grey thumbnail keeps every pixel exactly, as PNG. */
const EXACT_SIDE = 64
/** A small file that a window can draw as it is, is its own thumbnail. */
const OWN_THUMB_BYTES = 20_000
/** 8 bits a channel; those of 16 have names of their own. */
const PLAIN_SPACES: readonly string[] = ['srgb', 'b-w']
const DRAWABLE: ReadonlySet<FileType> = new Set(['jpeg', 'png', 'webp'])

export interface ExaminedImage {
  readonly type: FileType
  /** SHA-256 of the file's bytes, hex. */
  readonly contentHash: string
  /** Upright. */
  readonly width: number
  readonly height: number
  /** 1: grey, 3: colour; transparency is laid over white. */
  readonly channels: 1 | 3
  readonly thumb: Uint8Array
}

export type Examination =
  | { readonly image: ExaminedImage; readonly warning: ImageFault | null }
  | { readonly image: null; readonly fault: ImageFault }

/** Decodes an image once, to its end: what it is, its size, its hash, its thumbnail, or why it cannot be used. */
export async function examineImage(bytes: Uint8Array, name: string): Promise<Examination> {
  const fault = faultOfType(bytes, name)
  if (fault !== null) return { image: null, fault }
  try {
    const type = typeOfBytes(bytes)
    const metadata = await (await openImage(bytes)).metadata()
    const { width, height } = metadata.autoOrient
    const unknownRange = faultOfDepth(metadata)
    if (unknownRange !== null) return { image: null, fault: unknownRange }
    const channels = metadata.space === 'b-w' || metadata.space === 'grey16' ? 1 : 3
    const isPlain = !metadata.hasAlpha && PLAIN_SPACES.includes(metadata.space)
    const isOwnThumb = isPlain && DRAWABLE.has(type) && bytes.length <= OWN_THUMB_BYTES
    const thumb =
      isOwnThumb && Math.max(width, height) <= THUMB_SIDE
        ? await provenWhole(bytes)
        : await drawThumb(bytes, width, height, channels)
    const contentHash = createHash('sha256').update(bytes).digest('hex')
    return { image: { type, contentHash, width, height, channels, thumb }, warning: warningOfName(type, name) }
  } catch (error) {
    return { image: null, fault: faultOfError(error) }
  }
}

/** The same bytes, once every pixel of them has been decoded. */
async function provenWhole(bytes: Uint8Array): Promise<Uint8Array> {
  await (await openImage(bytes)).raw().toBuffer()
  return bytes
}

async function drawThumb(bytes: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Uint8Array> {
  const image = await openImage(bytes)
  if (channels === 1 && Math.max(width, height) <= EXACT_SIDE) {
    const pixels = await flatten(image, 1).raw({ depth: 'uchar' }).toBuffer()
    return encodePng(pixels, width, height, 1)
  }
  const small = image.resize({ width: THUMB_SIDE, height: THUMB_SIDE, fit: 'inside', withoutEnlargement: true })
  return flatten(small, 3).webp({ quality: 80, effort: 1 }).toBuffer()
}

function warningOfName(type: FileType, name: string): ImageFault | null {
  const promised = typeOfName(name)
  if (promised === type) return null
  const says = promised === null ? 'The name does not say that it is an image' : `The name says ${promised}`
  return { code: 'wrong-extension', message: `${says}, the content is ${type}; imported by its content.` }
}

/** libvips tells what is wrong in words only; whatever is no limit and no unknown format is damage. */
function faultOfError(error: unknown): ImageFault {
  const text = error instanceof Error ? error.message : String(error)
  if (error instanceof GraftError) return { code: error.details?.problem as ImageFault['code'], message: `${text}.` }
  if (/pixel limit|too large|exceeds/i.test(text)) {
    return { code: 'too-large', message: `Expected at most ${MAX_PIXELS / 1e6} million pixels. Received: more pixels.` }
  }
  if (/unsupported image format|not a known/i.test(text)) {
    return { code: 'truncated', message: 'The image is damaged: its header cannot be read.' }
  }
  if (/unsupported|not (supported|configured|implemented)|no decoder/i.test(text)) {
    return { code: 'unsupported-format', message: `This variant of the format is not read (${firstLine(text)}).` }
  }
  return { code: 'truncated', message: `The image is truncated or damaged (${firstLine(text)}).` }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 200)
}
