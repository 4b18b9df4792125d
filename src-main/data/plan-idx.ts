import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Split } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { looksLikeIdx } from './idx.ts'
import { compareText } from './scan-folder.ts'

export interface IdxPair {
  readonly images: string
  readonly labels: string | null
  readonly split: Split | null
}

export interface IdxPlan {
  readonly kind: 'idx'
  readonly pairs: readonly IdxPair[]
}

const SPLITS: readonly Split[] = ['train', 'validation', 'test']
const IMAGES = /images?(?=[-._])/i

/** The pairs of IDX files of a folder or around one file; null when there are none. MNIST's names give the split:
 *  `train-*` and `t10k-*` (or `test-*`). */
export function planIdx(source: string, isFolder: boolean): IdxPlan | null {
  const folder = isFolder ? source : dirname(source)
  if (!isFolder && !looksLikeIdx(source)) return null
  const names = isFolder ? readdirSync(folder).sort(compareText) : [imagesNameOf(source)]
  const images = names.filter((name) => IMAGES.test(name) && isIdx(join(folder, name)))
  if (images.length === 0) return null
  const order = [null, ...SPLITS]
  const pairs = images
    .map((name) => pairOf(folder, name))
    .sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split))
  // One file alone is split by Graft, whatever it is called.
  const isGiven = pairs.length > 1 && pairs.every((pair) => pair.split !== null)
  return { kind: 'idx', pairs: isGiven ? pairs : pairs.map((pair) => ({ ...pair, split: null })) }
}

function isIdx(path: string): boolean {
  try {
    return looksLikeIdx(path)
  } catch {
    return false
  }
}

/** Someone may choose the labels of a pair. */
function imagesNameOf(source: string): string {
  const name = basename(source)
  if (IMAGES.test(name) || !/labels?/i.test(name)) return name
  const images = partnerOf(dirname(source), name, /labels?/i, 'images', 'idx3')
  if (images !== null) return images
  throw new GraftError('E_SOURCE_FORMAT', `Expected the images that belong to ${name} beside it. Received: none.`, {
    fix: 'Put both files of the pair (…-images-idx3-ubyte and …-labels-idx1-ubyte) into one folder.',
  })
}

function pairOf(folder: string, images: string): IdxPair {
  const labels = partnerOf(folder, images, /images?/i, 'labels', 'idx1')
  return { images: join(folder, images), labels: labels === null ? null : join(folder, labels), split: splitOf(images) }
}

/** The other file of a pair, which may be zipped when this one is not. */
function partnerOf(folder: string, name: string, noun: RegExp, other: string, rank: string): string | null {
  const bare = name.replace(noun, other).replace(/idx\d/i, rank).replace(/\.gz$/i, '')
  return [bare, `${bare}.gz`].find((candidate) => candidate !== name && existsSync(join(folder, candidate))) ?? null
}

function splitOf(name: string): Split | null {
  if (/(^|[-_.])train/i.test(name)) return 'train'
  if (/(^|[-_.])(t10k|test)/i.test(name)) return 'test'
  return /(^|[-_.])val/i.test(name) ? 'validation' : null
}
