import type { ImportProblem, LabelColumn, LabelValue, Split, SplitPlan } from '../contract/datasets.ts'
import { compareText, type FoundFile, type Scan } from './scan-folder.ts'

export interface PlannedImage extends FoundFile {
  readonly labels: Record<string, LabelValue>
  /** Given by the source; null: Graft splits. */
  readonly split: Split | null
}

/** Which images a source holds and what they are called, before any of them is opened. */
export interface ImagePlan {
  readonly kind: 'images'
  readonly layout: 'folder-per-class' | 'flat-folder' | 'folder-with-labels'
  readonly images: PlannedImage[]
  readonly labelColumns: LabelColumn[]
  readonly problems: ImportProblem[]
  readonly isComplete: boolean
  /** Of a dataset that was exported: its splits and its classes stay as they were, those without pictures, too. */
  readonly split?: SplitPlan
}

/** Name of the label column that folders give. */
export const LABEL = 'label'

const SPLIT_NAMES: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
}

export function splitOfName(name: string): Split | null {
  const key = name.toLowerCase()
  return Object.hasOwn(SPLIT_NAMES, key) ? (SPLIT_NAMES[key] ?? null) : null
}

/** A folder per class, or one folder of unlabelled images. The class is the folder's path below the root, without folders
 *  that all images share, and without train/, val/ and test/ on top: those give the split. */
export function planFolder(files: readonly FoundFile[], scan: Scan): ImagePlan {
  const shared = sharedFolders(files.map(folderOf))
  const below = (path: string): string[] => folderOf({ path }).slice(shared)
  const tops = new Set(files.map((file) => below(file.path)[0]).filter((top) => top !== undefined))
  const given = new Map([...tops].map((top) => [top, splitOfName(top)]))
  const hasSplits = [...given.values()].every((split) => split !== null) && [...given.values()].includes('train')
  // One split alone is no split: the folder is only called so.
  const givesSplits = hasSplits && new Set(given.values()).size > 1
  const images = files.map((file): PlannedImage => {
    const [top, ...rest] = below(file.path)
    const folders = hasSplits ? rest : top === undefined ? [] : [top, ...rest]
    const label = folders.length === 0 ? null : folders.join('/').normalize()
    const split = givesSplits ? (given.get(top ?? '') ?? null) : null
    return { ...file, labels: { [LABEL]: label }, split }
  })
  const classes = classNames(images.map((image) => labelOf(image)))
  const empty = scan.emptyFolders.filter((folder) => folder !== '').map(emptyClass)
  const problems = [...scan.problems, ...empty, ...nestedClasses(images, classes), ...unicodeForms(images)]
  if (classes.length === 0) {
    const plain = images.map((image) => ({ ...image, labels: {} }))
    return {
      kind: 'images',
      layout: 'flat-folder',
      images: plain,
      labelColumns: [],
      problems,
      isComplete: scan.isComplete,
    }
  }
  const labelColumns: LabelColumn[] = [{ name: LABEL, type: 'classification', classes }]
  return { kind: 'images', layout: 'folder-per-class', images, labelColumns, problems, isComplete: scan.isComplete }
}

/** The class that its folder gives. */
function labelOf({ labels }: PlannedImage): string | null {
  const label = labels[LABEL]
  return typeof label === 'string' ? label : null
}

/** Distinct names in a fixed order: whole numbers by value, everything else by code units. */
export function classNames(labels: Iterable<string | number | null | undefined>): string[] {
  const names = [...new Set([...labels].filter((label) => label !== null && label !== undefined).map(String))]
  const areNumbers = names.every((name) => /^-?\d{1,15}$/.test(name))
  return names.sort(areNumbers ? (a, b) => Number(a) - Number(b) || compareText(a, b) : compareText)
}

/** How many folders, from the root, all images have in common (the last one may be a class and is kept). */
function sharedFolders(folders: readonly string[][]): number {
  const shallowest = folders.reduce((least, folder) => Math.min(least, folder.length), Infinity)
  const first = folders[0]
  if (first === undefined) return 0
  let count = 0
  while (count < shallowest && folders.every((folder) => folder[count] === first[count])) count++
  // All in one folder: its name is the only class there is.
  const isOneFolder = folders.every((folder) => folder.length === count)
  return isOneFolder ? Math.max(0, count - 1) : count
}

function folderOf(file: { path: string }): string[] {
  return file.path.split('/').slice(0, -1)
}

/** A class within a class may be meant, or be a folder for order only: it is said, once for each. */
function nestedClasses(images: readonly PlannedImage[], classes: readonly string[]): ImportProblem[] {
  const known = new Set(classes)
  const folders = new Map(images.toReversed().map((image) => [labelOf(image), folderOf(image).join('/')]))
  return classes.flatMap((name): ImportProblem[] => {
    const steps = name.split('/')
    const above = steps.map((_, i) => steps.slice(0, i).join('/')).findLast((parent) => known.has(parent))
    if (above === undefined) return []
    const message = `The folder lies below the class ${JSON.stringify(above)} and becomes the class ${JSON.stringify(name)}; move its images up if they are ${JSON.stringify(above)}.`
    return [{ path: folders.get(name) ?? name, code: 'nested-class', message, level: 'warning' }]
  })
}

/** Folders of one class whose names look alike and are not: file systems tell their Unicode forms apart, people do not. */
function unicodeForms(images: readonly PlannedImage[]): ImportProblem[] {
  const first = new Map<string, string>()
  const problems = new Map<string, ImportProblem>()
  for (const image of images) {
    const folder = folderOf(image).join('/')
    const form = folder.normalize()
    const known = first.get(form)
    if (known === undefined) first.set(form, folder)
    else if (known !== folder && !problems.has(folder)) {
      const message = `The folder ${JSON.stringify(form)} is there twice, in two Unicode forms of its name; both are one class.`
      problems.set(folder, { path: folder, code: 'unicode-forms', message, level: 'warning' })
    }
  }
  return [...problems.values()]
}

function emptyClass(path: string): ImportProblem {
  return { path, code: 'empty-class', message: 'The folder holds no file; it gives no class.', level: 'warning' }
}
