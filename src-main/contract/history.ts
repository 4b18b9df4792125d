import { z } from 'zod'
import { command, request } from './define.ts'

/** The versions of a dataset as a person reads them: every change stays a version of its own that can be undone; changes of one kind that
 *  follow each other closely are shown as one entry. Entries are worked out from the log and never stored. */

/** labels: of one column. splits: items moved, or split anew. columns: columns and classes. other: several of these in one change. */
export const HistoryKind = z.enum(['import', 'labels', 'splits', 'columns', 'other'])
export type HistoryKind = z.infer<typeof HistoryKind>

export const VersionName = z.object({ version: z.int(), name: z.string() })
export type VersionName = z.infer<typeof VersionName>

export const HistoryEntry = z.object({
  /** Its versions, both included. */
  first: z.int(),
  last: z.int(),
  from: z.string(),
  to: z.string(),
  kind: HistoryKind,
  /** The label column that it is about; null: none, or one that is gone. */
  column: z.string().nullable(),
  /** What it came to: "Labelled 48 items: 28 dog, 20 cat". */
  title: z.string(),
  /** Items that are not as they were before it. */
  items: z.int(),
  /** Of a classification column: how many of these items ended with which class (null: without one), most first. */
  labels: z.array(z.object({ value: z.string().nullable(), count: z.int() })),
  /** Of its changes: how many are taken back now, and have not been repeated. */
  undone: z.int(),
  names: z.array(VersionName),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

export const HistoryChange = z.object({
  version: z.int(),
  at: z.string(),
  change: z.string(),
  /** Items that it touched. */
  items: z.int(),
  /** Of an undo or redo: the version whose change it takes back or repeats. */
  of: z.int().nullable(),
  /** It is taken back now. */
  isUndone: z.boolean(),
  name: z.string().nullable(),
})
export type HistoryChange = z.infer<typeof HistoryChange>

/** Items whose label or split is another one in the second version. */
export const VersionDifference = z.object({
  /** null: the split. */
  column: z.string().nullable(),
  /** null: no label. Of numbers both are null. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  count: z.int(),
  /** Ascending, the first 10,000: as many as a filter takes. */
  itemIds: z.array(z.int()),
})
export type VersionDifference = z.infer<typeof VersionDifference>

const Ref = z.strictObject({ datasetId: z.string() })
const page = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(100) }

export const history = {
  /** Newest first. A change belongs to the entry before it when it is of the same kind and follows within ten minutes. `named`: only
   *  versions with a name, each for itself. */
  entries: request(
    Ref.extend({ named: z.boolean().default(false), ...page }),
    z.object({ total: z.int(), entries: z.array(HistoryEntry) }),
  ),
  /** The single changes of an entry, newest first. */
  changes: request(
    Ref.extend({ first: z.int().min(1), last: z.int().min(1), ...page }),
    z.object({ total: z.int(), changes: z.array(HistoryChange) }),
  ),
  /** Names a version; null takes its name away. A name belongs to one version of a dataset, upper and lower case count as equal.
   *  Errors: E_NOT_FOUND (no such version), E_DATASET_NAME (empty, or another version has it). */
  name: command(
    Ref.extend({ version: z.int().min(1), name: z.string().max(100).nullable() }),
    z.object({ names: z.array(VersionName) }),
  ),
  /** Newest first. */
  names: request(Ref, z.object({ names: z.array(VersionName) })),
  /** What differs between two versions, most items first; columns that one of them does not have are left out. Errors: E_NOT_FOUND. */
  compare: request(
    Ref.extend({ first: z.int().min(1), last: z.int().min(1) }),
    z.object({ items: z.int(), differences: z.array(VersionDifference) }),
  ),
} as const
