import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ImportProblem, Split } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { looksLikeIdx } from './idx.ts'
import { compareText, isLeftBehind } from './scan-folder.ts'

export interface IdxPair {
  readonly images: string
  readonly labels: string | null
  readonly split: Split | null
}

export interface IdxPlan {
  readonly kind: 'idx'
  readonly pairs: readonly IdxPair[]
  /** What lies beside the pairs and is not used. */
  readonly problems: readonly ImportProblem[]
}

/** What lies in a folder: name -> absolute path. */
export type IdxFolder = ReadonlyMap<string, string>

const SPLITS: readonly Split[] = ['train', 'validation', 'test']
const IMAGES = /images?(?=[-._])/i
/** Files beside the pairs that are listed one by one. */
const LISTED = 100

export function idxFolder(path: string): IdxFolder {
  const names = readdirSync(path).sort(compareText)
  return new Map(names.map((name) => [name, join(path, name)]))
}

/** The pairs of IDX files of a folder; null when there are none. MNIST's names give the split: `train-*` and `t10k-*`
 *  (or `test-*`). */
export function planIdx(folder: IdxFolder): IdxPlan | null {
  const images = [...folder.keys()].filter((name) => IMAGES.test(name) && isIdx(folder.get(name) ?? ''))
  return planPairs(folder, images, true)
}

/** The pair around one file, which may be either of the two; null when it is no IDX file. */
export function planIdxFile(path: string): IdxPlan | null {
  if (!looksLikeIdx(path)) return null
  const folder = idxFolder(dirname(path))
  const name = imagesNameOf(folder, basename(path))
  return planPairs(folder, IMAGES.test(name) && isIdx(folder.get(name) ?? '') ? [name] : [], false)
}

/** `tellsUnused`: everything else in the folder was meant as well. */
function planPairs(folder: IdxFolder, images: readonly string[], tellsUnused: boolean): IdxPlan | null {
  if (images.length === 0) return null
  const order = [null, ...SPLITS]
  const pairs = images
    .map((name) => pairOf(folder, name))
    .sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split))
  // One file alone is split by Graft, whatever it is called.
  const isGiven = pairs.length > 1 && pairs.every((pair) => pair.split !== null)
  const problems = tellsUnused ? unusedBeside(folder, pairs) : []
  return { kind: 'idx', pairs: isGiven ? pairs : pairs.map((pair) => ({ ...pair, split: null })), problems }
}

function unusedBeside(folder: IdxFolder, pairs: readonly IdxPair[]): ImportProblem[] {
  const used = new Set(pairs.flatMap((pair) => [pair.images, pair.labels]))
  const unused = [...folder].filter(([name, path]) => !used.has(path) && !isLeftBehind(name)).map(([name]) => name)
  const told = unused
    .slice(0, LISTED)
    .map((path) => problem(path, 'It belongs to no pair of IDX files; it is not used.'))
  const more = unused.length - LISTED
  return more > 0 ? [...told, problem('', `${more} more beside the pairs of IDX files are not used.`)] : told
}

function problem(path: string, message: string): ImportProblem {
  return { path, code: 'not-an-image', message, level: 'warning' }
}

function isIdx(path: string): boolean {
  try {
    return looksLikeIdx(path)
  } catch {
    return false
  }
}

/** Someone may choose the labels of a pair. */
function imagesNameOf(folder: IdxFolder, name: string): string {
  if (IMAGES.test(name) || !/labels?/i.test(name)) return name
  const images = partnerOf(folder, name, /labels?/i, 'image', 'idx3')
  if (images !== null) return images
  throw new GraftError('E_SOURCE_FORMAT', `Expected the images that belong to ${name} beside it. Received: none.`, {
    fix: 'Put both files of the pair (…-images-idx3-ubyte and …-labels-idx1-ubyte) into one folder.',
  })
}

function pairOf(folder: IdxFolder, images: string): IdxPair {
  const labels = partnerOf(folder, images, /images?/i, 'label', 'idx1')
  const path = (name: string): string => folder.get(name) ?? ''
  return { images: path(images), labels: labels === null ? null : path(labels), split: splitOf(images) }
}

/** The other file of a pair, which may be zipped when this one is not, and called in the singular. */
function partnerOf(folder: IdxFolder, name: string, noun: RegExp, other: string, rank: string): string | null {
  const bare = [`${other}s`, other].map((word) =>
    name.replace(noun, word).replace(/idx\d/i, rank).replace(/\.gz$/i, ''),
  )
  return bare.flatMap((one) => [one, `${one}.gz`]).find((candidate) => folder.has(candidate)) ?? null
}

function splitOf(name: string): Split | null {
  if (/(^|[-_.])train/i.test(name)) return 'train'
  if (/(^|[-_.])(t10k|test)/i.test(name)) return 'test'
  return /(^|[-_.])val/i.test(name) ? 'validation' : null
}
