import { z } from 'zod'
import { command, event, request } from './define.ts'

export const WorkspaceState = z.object({
  open: z.boolean(),
  path: z.string().nullable(),
  name: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  recents: z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.string(), exists: z.boolean() })),
  samples: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      description: z.string(),
      kind: z.enum(['image', 'table']),
      items: z.int(),
      sizeBytes: z.number(),
      /** Folder of the workspace that it has for itself. */
      path: z.string(),
    }),
  ),
})
export type WorkspaceState = z.infer<typeof WorkspaceState>

/** Where the app may look for files. `entries` lists one folder; hidden files are left out. */
export const FolderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  places: z.array(z.object({ label: z.string(), path: z.string() })),
  entries: z.array(
    z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']), sizeBytes: z.number() }),
  ),
})
export type FolderListing = z.infer<typeof FolderListing>

/** A source of files: a handle that the host gave for a native dialog, a drop or an upload; or an absolute path, which a host with
 *  native dialogs takes only where its user chose it before (core/workspace/sources.ts). */
export const SourceRef = z.string().min(1)

/** One source, or several that are taken as one folder which holds them: what was dropped together. */
export const Sources = z.union([SourceRef, z.array(SourceRef).min(1).max(100_000)])
export type Sources = z.infer<typeof Sources>

/** What a workspace keeps only to be faster: decoded images and features of frozen layers. */
export const CacheState = z.object({
  bytes: z.number(),
  /** Beyond it the least recently used entries are removed; setting `cacheLimitGigabytes`. */
  limitBytes: z.number(),
  /** The most recently used first. */
  entries: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['features', 'pixels', 'calibrations']),
      title: z.string(),
      bytes: z.number(),
      usedAt: z.string(),
      inUse: z.boolean(),
    }),
  ),
})
export type CacheState = z.infer<typeof CacheState>

export const workspace = {
  state: request(z.strictObject({}), WorkspaceState),
  /** Opens a folder as the workspace of this window; with `create` an empty or missing folder becomes one.
   *  Errors: E_WORKSPACE_HELD (names the holder), E_WORKSPACE_PATH, E_STORE_NEWER, E_STORE_CORRUPT. */
  open: command(z.strictObject({ source: SourceRef, create: z.boolean().default(false) }), WorkspaceState),
  /** Makes (or reopens) the workspace with the sample's dataset in the per-user folder and opens it. */
  openSample: command(z.strictObject({ id: z.string() }), WorkspaceState),
  close: command(z.strictObject({}), WorkspaceState),
  forgetRecent: command(z.strictObject({ path: z.string() }), WorkspaceState),
  /** The in-app file picker of hosts without native dialogs. Others answer E_SOURCE_PATH for a folder that nobody chose. */
  browse: request(z.strictObject({ path: z.string().optional() }), FolderListing),
  cache: request(z.strictObject({}), CacheState),
  /** Removes entries of the cache, or (null) all that no run uses. Errors: E_CACHE_IN_USE for one that a run uses. */
  emptyCache: command(z.strictObject({ ids: z.array(z.string()).max(10_000).nullable() }), CacheState),
  changed: event(WorkspaceState),
} as const

export const SystemInfo = z.object({
  version: z.string(),
  host: z.enum(['electron', 'http', 'cli', 'test']),
  node: z.string(),
  tensorflow: z.string().nullable(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  /** The CPU computes in bfloat16: `prefixPrecision` may ask for it. */
  hasBfloat16: z.boolean(),
  /** The CPU multiplies bytes natively (VNNI), and Graft has kernels for it: `prefixPrecision` may ask for int8. */
  hasInt8: z.boolean(),
  /** Why it may not, as the end of a sentence: the CPU, or kernels that were not built or are turned off; null: it may. */
  int8Refusal: z.string().nullable(),
  /** Attempts of the app or its window to reach another computer. All are refused; the expected count is 0. */
  blockedConnections: z.array(z.object({ at: z.string(), target: z.string() })),
  /** What native dialogs the host has; without them the window draws its own picker. */
  nativeDialogs: z.boolean(),
  licences: z.array(z.object({ name: z.string(), licence: z.string(), sha256: z.string().nullable() })),
})
export type SystemInfo = z.infer<typeof SystemInfo>

export const system = {
  info: request(z.strictObject({}), SystemInfo),
  /** Native dialog of the host; null when the user closed it. Refused by hosts without dialogs. */
  pick: request(
    z.strictObject({ kind: z.enum(['folder', 'file', 'image']), title: z.string() }),
    z.object({ source: SourceRef.nullable(), label: z.string() }),
  ),
  /** The window reports what its content security policy refused. */
  reportBlocked: request(z.strictObject({ target: z.string().max(2000) }), z.object({})),
  /** Free-form settings of the window (theme, columns, keys), kept per user. Value null removes a key. */
  settings: request(z.strictObject({}), z.record(z.string(), z.unknown())),
  setSetting: command(z.strictObject({ key: z.string().max(200), value: z.unknown() }), z.object({})),
} as const

export const JobKind = z.enum([
  'import',
  'import-model',
  'export',
  'export-dataset',
  'predict',
  'run-model',
  'measure-speed',
  'measure-precision',
  'analyse',
  'label',
])

/** Work that takes a while and is not a run: import, export, prediction, analysis. */
export const Job = z.object({
  id: z.string(),
  kind: JobKind,
  title: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  done: z.number(),
  /** null: not known yet. */
  total: z.number().nullable(),
  message: z.string(),
  error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
  /** Import: { datasetId }. Of a model: { modelId } and what was seen in its file (ModelInspection). Raw numbers: { output, tensors }. Export: { exportId, folder }. Of a dataset: { folder, hash, version, items, files, linked }. Prediction: { csv, files }. Speed: { imagesPerSecond, measuredAt }. Analysis: { analysisId }. Labelling: { datasetId, items, dimensions }. */
  result: z.record(z.string(), z.unknown()).nullable(),
})
export type Job = z.infer<typeof Job>

export const jobs = {
  list: request(z.strictObject({}), z.array(Job)),
  get: request(z.strictObject({ jobId: z.string() }), Job),
  cancel: command(z.strictObject({ jobId: z.string() }), Job),
  /** Starts a job that has failed in this session once more, as it was; answers the new one. */
  retry: command(z.strictObject({ jobId: z.string() }), Job),
  changed: event(Job),
} as const
