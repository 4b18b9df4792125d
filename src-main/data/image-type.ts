/** What a file is by its first bytes; its name may say something else. */
export type FileType =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'bmp'
  | 'tiff'
  | 'avif'
  | 'heic'
  | 'svg'
  | 'jxl'
  | 'jp2'
  | 'psd'
  | 'ico'
  | 'pdf'
  | 'gzip'
  | 'zip'
  | 'unknown'

/** Types that decode.ts reads. */
export const READABLE_TYPES: ReadonlySet<FileType> = new Set(['jpeg', 'png', 'webp', 'gif', 'bmp', 'tiff', 'avif'])

/** Types that are pictures but are not read; each is told by name. */
export const REFUSED_TYPES: ReadonlyMap<FileType, string> = new Map([
  ['heic', 'HEIC/HEIF photographs are not read; convert them to JPEG'],
  ['svg', 'SVG drawings are not read; export them as PNG'],
  ['jxl', 'JPEG XL is not read; convert it to JPEG or PNG'],
  ['jp2', 'JPEG 2000 is not read; convert it to JPEG or PNG'],
  ['psd', 'Photoshop files are not read; export them as PNG'],
  ['ico', 'Icons are not read; export them as PNG'],
  ['pdf', 'PDF pages are not read; export them as PNG'],
])

const BY_EXTENSION: Readonly<Record<string, FileType>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  png: 'png',
  apng: 'png',
  webp: 'webp',
  gif: 'gif',
  bmp: 'bmp',
  dib: 'bmp',
  tif: 'tiff',
  tiff: 'tiff',
  avif: 'avif',
  heic: 'heic',
  heif: 'heic',
  svg: 'svg',
  jxl: 'jxl',
  jp2: 'jp2',
  psd: 'psd',
  ico: 'ico',
}

/** The image type a file's name promises; null when the name promises none. */
export function typeOfName(name: string): FileType | null {
  const dot = name.lastIndexOf('.')
  const extension = name.slice(dot + 1).toLowerCase()
  return dot < 0 || !Object.hasOwn(BY_EXTENSION, extension) ? null : (BY_EXTENSION[extension] ?? null)
}

const MAGIC: readonly (readonly [FileType, readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['bmp', [0x42, 0x4d]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['tiff', [0x49, 0x49, 0x2b, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2b]],
  ['psd', [0x38, 0x42, 0x50, 0x53]],
  ['ico', [0x00, 0x00, 0x01, 0x00]],
  ['pdf', [0x25, 0x50, 0x44, 0x46]],
  ['jxl', [0xff, 0x0a]],
  ['jxl', [0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20]],
  ['jp2', [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20]],
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
]

/** What may stand before the first element of an XML file, and how each ends. */
const PROLOGUE = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE', '>'],
] as const

const HEIF_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'])

/** Looks at the first bytes (64 are enough, 1024 for SVG). */
export function typeOfBytes(bytes: Uint8Array): FileType {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp'
  if (ascii(4, 8) === 'ftyp') {
    const brands = ascii(8, 64)
    if (brands.includes('avif') || brands.includes('avis')) return 'avif'
    if (HEIF_BRANDS.has(ascii(8, 12))) return 'heic'
  }
  const known = MAGIC.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))
  if (known !== undefined) return known[0]
  return isSvg(ascii(0, 1024)) ? 'svg' : 'unknown'
}

/** Whether a text's first element is `svg`: what may stand before it is stepped over once, part by part. One regular expression
 *  for all of it would try every way of cutting a row of comments into comments. */
function isSvg(text: string): boolean {
  let at = /^[\uFEFF\u00ef\u00bb\u00bf\s]*/.exec(text)?.[0].length ?? 0
  for (;;) {
    const rest = text.slice(at)
    if (/^<svg[\s>]/i.test(rest)) return true
    const part = PROLOGUE.find(([start]) => rest.slice(0, start.length).toUpperCase() === start)
    if (part === undefined) return false
    const end = rest.indexOf(part[1])
    if (end < 0) return false
    at += end + part[1].length
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0
  }
}
