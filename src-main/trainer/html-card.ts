import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { type CardDetails, type CardHead, type CardMistake, HTML_CARD } from '../contract/model-card.ts'
import { type ExportJob, Manifest, type ManifestItem } from '../contract/trainer.ts'
import { decodeToSize } from '../data/decode.ts'
import { loadSharp } from '../data/open-image.ts'
import { openPack, type Pack } from '../data/pack.ts'
import { encodePng } from '../data/png.ts'
import { htmlCard, type SplitFacts } from '../learning/exporters/card/html-card.ts'
import type { PicturedMistake } from '../learning/exporters/card/score-sections.ts'
import type { ExportProof } from '../learning/exporters/card/proof-lines.ts'

/** Side of a picture on the card, in pixels. */
const SIDE = 128
const SPLITS = ['train', 'validation', 'test'] as const

/** Writes the model card as a page, with the pictures that it shows inside. */
export async function writeHtmlCard(
  job: ExportJob,
  { folder, proof }: { folder: string; proof: ExportProof },
): Promise<void> {
  const { details } = job.card
  if (details === undefined) return
  const [mistakes, splits] = await Promise.all([readMistakes(details), readSplits(details.manifest)])
  writeFileSync(join(folder, HTML_CARD), htmlCard(job, details, { proof, mistakes, splits }))
}

async function readMistakes({ heads, pack: path }: CardDetails): Promise<PicturedMistake[][]> {
  const pack = path === null ? null : openPictures(path)
  try {
    const ofHead = ({ mistakes }: CardHead) =>
      Promise.all(mistakes.map(async (one) => ({ ...one, image: await imageOf(one, pack).catch(() => null) })))
    return await Promise.all(heads.map(ofHead))
  } finally {
    pack?.close()
  }
}

/** null: it is gone, damaged or a table's; the card says that its pictures are not at hand. */
function openPictures(path: string): Pack | null {
  try {
    return openPack(path)
  } catch {
    return null
  }
}

async function imageOf({ picture }: CardMistake, pack: Pack | null): Promise<string | null> {
  if (picture === null) return null
  if (picture.path !== null) {
    const size = { width: SIDE, height: SIDE, channels: 3, resize: 'cover' } as const
    const pixels = await decodeToSize(picture.path, size)
    const sharp = await loadSharp()
    const raw = { width: SIDE, height: SIDE, channels: 3 } as const
    return dataAddress('jpeg', await sharp(pixels, { raw }).jpeg({ quality: 85 }).toBuffer())
  }
  if (pack === null || picture.row === null) return null
  const { width, height, channels } = pack.shape
  return dataAddress('png', encodePng(pack.row(picture.row), width, height, channels))
}

function dataAddress(type: 'jpeg' | 'png', { buffer, byteOffset, byteLength }: Uint8Array): string {
  return `data:image/${type};base64,${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`
}

async function readSplits(path: string | null): Promise<SplitFacts[] | null> {
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const { items } = Manifest.parse(JSON.parse(text))
  return SPLITS.flatMap((split) => {
    const own = items.filter((item) => item.split === split)
    return own.length === 0 ? [] : [{ split, items: own.length, labelled: own.filter(isLabelled).length, sha256: hashOf(own) }] // prettier-ignore
  })
}

function isLabelled({ targets }: ManifestItem): boolean {
  return targets.some((target) => target !== null)
}

/** Of a line for each item: its content's hash and its targets. */
function hashOf(items: readonly ManifestItem[]): string {
  const hash = createHash('sha256')
  for (const { contentHash, targets } of items) hash.update(`${contentHash} ${JSON.stringify(targets)}\n`)
  return hash.digest('hex')
}
