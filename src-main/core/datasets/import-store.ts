import { plural } from '../../base/plural.ts'
import type { ImportProblem, LabelColumn, LabelValue, Split, SplitPlan } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import type { ChildMessage, ImportedItem, ImportJob } from '../../contract/trainer.ts'
import type { Workspace } from '../session/workspace.ts'
import { insertChange } from '../store/changes-repo.ts'
import { type StoredColumn, updateDataset } from '../store/datasets-repo.ts'
import { insertItems, itemHashes, markDuplicates } from '../store/items-repo.ts'
import { countProblems, insertProblems, listProblems } from '../store/problems-repo.ts'
import { SPLIT_FIELD, writeValues } from '../store/values-repo.ts'
import { assignSplits } from './assign-splits.ts'
import { SPLITS } from '../store/dataset-state.ts'
import { checkPlan, completePlan } from './split-plan.ts'
import { fieldCount, fieldsOf, packTags } from '../store/tag-fields.ts'

type SchemaMessage = Extract<ChildMessage, { type: 'schema' }>

/** A split further from its share than this is told. */
const FAR_SHARE = 0.1
/** Fewer items cannot be in the shares anyway. */
const LEAST_FOR_SHARES = 30
/** Warnings about copies that are listed one by one. */
const LISTED_COPIES = 1000

/** Takes in what an import job sends. */
export interface ImportStore {
  addItems(items: readonly ImportedItem[]): void
  setSchema(schema: SchemaMessage): void
  /** Labels, duplicates, split; the dataset is ready afterwards. */
  finish(options: ImportJob['options'], at: string): void
}

export function createImportStore(workspace: Workspace, key: number): ImportStore {
  const { db, paths } = workspace
  const given: (Split | null)[] = []
  const labels = new Map<string, LabelValue[]>()
  const names: string[] = []
  let schema: SchemaMessage | null = null
  return {
    setSchema: (message) => void (schema = message),
    addItems(items) {
      const first = given.length + 1
      for (const item of items) {
        for (const [name, value] of Object.entries(item.labels)) {
          let column = labels.get(name)
          if (column === undefined) labels.set(name, (column = []))
          column[given.length] = value
        }
        given.push(item.split)
        names.push(item.name)
      }
      const rows = items.map((item, index) => toRow(item, first + index, paths.toStored))
      insertItems(db, key, rows)
    },
    finish(options, at) {
      const items = given.length
      if (items === 0 || schema === null) throw nothingImported(workspace, key)
      const columns = storedColumns(schema, labels)
      const values = new Map(columns.flatMap((column) => numbersOf(column, labels.get(column.name), items)))
      const { kind, pack, featureColumns } = schema
      const split = exportedPlan(schema.split, columns) ?? completePlan(options.split ?? {}, columns)
      const stays = schema.split !== undefined
      const source = { kind, hashes: itemHashes(db, key), columns, labels: values }
      const dealt = assignSplits({ ...source, given: (place) => given[place] ?? null }, split)
      const splits = stays ? dealt.map((one, place) => given[place] ?? one) : dealt
      db.transaction(() => {
        const copies = markDuplicates(db, key)
        const told =
          kind === 'table' ? equalRows(copies) : copyWarnings(copies, { names, given, splits, stays }, labels)
        insertProblems(db, key, told)
        if (stays && options.split !== undefined) insertProblems(db, key, [splitStays()])
        if (!stays && given.every((one) => one === null)) insertProblems(db, key, shareWarnings(splits, split))
        const numbers = Float64Array.from(splits, (name) => SPLITS.indexOf(name))
        writeValues(db, { dataset: key, field: SPLIT_FIELD }, numbers)
        for (const [field, column] of values) writeValues(db, { dataset: key, field }, column)
        insertChange(db, key, { version: 1, at, change: `Import ${plural(items, 'item')}` })
        const stored = pack === null ? null : paths.toStored(pack)
        updateDataset(db, key, {
          kind,
          pack: stored,
          items,
          featureColumns,
          labelColumns: columns,
          split,
          state: 'ready',
        })
      })
    },
  }
}

function splitStays(): ImportProblem {
  const message =
    'The exported dataset comes with its split; the shares and the seed asked for do not count. Split it again to use them.'
  return { path: '', code: 'split-shares', message, level: 'warning' }
}

/** As it was in the dataset that was exported; its column to stratify by may have been left out. */
function exportedPlan(split: SplitPlan | undefined, columns: readonly StoredColumn[]): SplitPlan | null {
  if (split === undefined) return null
  const isThere = columns.some(({ name, type }) => name === split.stratifyBy && type !== 'regression')
  const plan = { ...split, stratifyBy: isThere ? split.stratifyBy : null }
  checkPlan(plan, columns)
  return plan
}

function toRow(item: ImportedItem, id: number, toStored: (path: string) => string) {
  return {
    id,
    name: item.name,
    path: item.path === null ? null : toStored(item.path),
    row: item.row,
    hash: item.contentHash,
    width: item.width,
    height: item.height,
    channels: item.channels,
    duplicateOf: null,
    thumbOffset: item.thumb?.offset ?? null,
    thumbLength: item.thumb?.length ?? null,
    values: item.values === null ? null : JSON.stringify(item.values),
  }
}

/** The source's columns, with every class that occurs. Images without any get an empty one, ready to be filled. */
function storedColumns(schema: SchemaMessage, labels: ReadonlyMap<string, readonly LabelValue[]>): StoredColumn[] {
  const columns: LabelColumn[] = schema.labelColumns
  if (columns.length === 0 && schema.kind === 'image') {
    return [{ id: 1, name: 'label', type: 'classification', classes: [] }]
  }
  let taken = SPLIT_FIELD
  return columns.map(({ name, type, classes }) => {
    const known = new Set(classes)
    if (type !== 'regression') {
      for (const value of labels.get(name) ?? []) for (const one of [value ?? []].flat()) known.add(String(one))
    }
    const fields = type === 'tags' ? fieldCount(known.size) : 1
    const [id, ...more] = Array.from({ length: fields }, () => ++taken)
    return { id: id!, ...(more.length > 0 ? { more } : {}), name, type, classes: [...known] }
  })
}

/** The values of each of its fields. */
function numbersOf(
  column: StoredColumn,
  values: readonly LabelValue[] | undefined,
  items: number,
): [number, Float64Array][] {
  const index = new Map(column.classes.map((name, place) => [name, place]))
  const fields = fieldsOf(column)
  const numbers = fields.map(() => new Float64Array(items).fill(Number.NaN))
  for (const [place, value] of values?.entries() ?? []) {
    if (value === null || value === undefined) continue
    if (column.type !== 'tags') {
      numbers[0]![place] = column.type === 'regression' ? Number(value) : (index.get(String(value)) ?? Number.NaN)
      continue
    }
    const packed = packTags(new Set([value].flat().map((name) => index.get(String(name))!)), fields.length)
    for (const [f, word] of packed.entries()) numbers[f]![place] = word
  }
  return fields.map((field, f) => [field, numbers[f]!])
}

type Labels = ReadonlyMap<string, readonly LabelValue[]>

/** Copies whose label says something else than that of the first labelled item of the same content. */
function contradictions(copies: readonly [number, number][], names: readonly string[], labels: Labels) {
  const found = new Map<number, string>()
  for (const [name, values] of labels) {
    const first = new Map<number, number>()
    for (const [copy, original] of copies) {
      const known = first.get(original) ?? (isSet(values[original - 1]) ? original : copy)
      first.set(original, isSet(values[known - 1]) ? known : copy)
      const [here, there] = [values[copy - 1], values[known - 1]]
      if (!isSet(here) || !isSet(there) || JSON.stringify(here) === JSON.stringify(there)) continue
      const said = `${JSON.stringify(name)} is ${JSON.stringify(here)} here and ${JSON.stringify(there)} there`
      found.set(copy, `The same picture as ${names[known - 1]} with another label: ${said}. Correct one of them.`)
    }
  }
  return found
}

function isSet(value: LabelValue | undefined): boolean {
  return value !== null && value !== undefined
}

interface Placed {
  readonly names: readonly string[]
  readonly given: readonly (Split | null)[]
  readonly splits: readonly Split[]
  /** The source is a dataset that was exported. */
  readonly stays: boolean
}

function copyWarnings(all: readonly [number, number][], placed: Placed, labels: Labels): ImportProblem[] {
  const { names } = placed
  const opposed = contradictions(all, names, labels)
  const told = [...opposed].map(([copy, message]): ImportProblem => {
    return { path: names[copy - 1] ?? `item ${copy}`, code: 'contradiction', message, level: 'warning' }
  })
  const plain = all.filter(([copy]) => !opposed.has(copy))
  return [...told, ...plainCopies(plain, placed)]
}

function plainCopies(copies: readonly [number, number][], { names, given, splits, stays }: Placed): ImportProblem[] {
  const listed = copies.slice(0, LISTED_COPIES).map(([copy, original]): ImportProblem => {
    const same = names[original - 1] ?? `item ${original}`
    const isOfficial = given[copy - 1] === 'test' || given[original - 1] === 'test'
    const where = `it is in ${splits[copy - 1]}, the other in ${splits[original - 1]}`
    const rule = stays
      ? `Both stay in the splits that they come with: ${where}.`
      : isOfficial
        ? `The test split of the source stays whole: ${where}.`
        : 'Copies share one split and stay out of the test split.'
    const message = `Same content as ${same}. ${rule}`
    return { path: names[copy - 1] ?? `item ${copy}`, code: 'duplicate', message, level: 'warning' }
  })
  if (copies.length <= LISTED_COPIES) return listed
  const message = `${copies.length - LISTED_COPIES} more items repeat the content of an earlier one.`
  return [...listed, { path: '', code: 'duplicate', message, level: 'warning' }]
}

function equalRows(copies: readonly [number, number][]): ImportProblem[] {
  if (copies.length === 0) return []
  const message =
    copies.length === 1
      ? '1 row has the features of an earlier row. It is split like any other.'
      : `${copies.length} rows have the features of an earlier row. They are split like any others.`
  return [{ path: '', code: 'duplicate', message, level: 'warning' }]
}

/** Where small classes or copies keep the split far from what was asked for. */
function shareWarnings(splits: readonly Split[], plan: SplitPlan): ImportProblem[] {
  const counts = SPLITS.map((name) => splits.filter((split) => split === name).length)
  const isFar = SPLITS.some((name, i) => Math.abs(counts[i]! / splits.length - plan[name]) > FAR_SHARE)
  if (!isFar || splits.length < LEAST_FOR_SHARES) return []
  const asked = SPLITS.map((name) => `${Math.round(plan[name] * splits.length)} ${name}`).join(', ')
  const got = SPLITS.map((name, i) => `${counts[i]} ${name}`).join(', ')
  const message = `The shares asked for are ${asked}; the split is ${got}. Shares are dealt within every class, a class of three or more has an item in each split, and copies of an image stay out of the test split.`
  return [{ path: '', code: 'split-shares', message, level: 'warning' }]
}

/** The dataset goes, and its list of problems with it: the error carries the first of them. */
export function nothingImported(workspace: Workspace, key: number): GraftError {
  const count = countProblems(workspace.db, key)
  const first = listProblems(workspace.db, key, 0, 3).map((problem) => `${problem.path}: ${problem.message}`)
  const why = count === 0 ? 'no file or row.' : `${count} that cannot be used. ${first.join(' ')}`
  return new GraftError('E_SOURCE_EMPTY', `Expected at least one usable file or row. Received: ${why}`, {
    fix: 'Choose a folder of pictures, an IDX pair or a table.',
  })
}
