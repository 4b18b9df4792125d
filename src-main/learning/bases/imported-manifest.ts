import { z } from 'zod'
import { Preparation } from '../../contract/imports.ts'
import { Preprocessing } from '../../contract/network.ts'

export const MANIFEST_FILE = 'manifest.json'
export const NETWORK_FILE = 'network.json'
/** By whether the first kernel is turned round: a change of the preparation writes the other file, then the manifest that names it. */
export const WEIGHTS_FILES = ['weights.safetensors', 'weights-bgr.safetensors'] as const
export const CLASSES_FILE = 'classes.json'

/** `models/<name>/manifest.json` of a workspace (docs/workspace.md): the record of an imported model. */
export const ImportedManifest = z.object({
  title: z.string(),
  format: z.string(),
  family: z.string().nullable(),
  /** The name of the file that it was read from, its hash, and where the user has it from. */
  source: z.object({ name: z.string(), sha256: z.string(), sizeBytes: z.number() }),
  importedAt: z.string(),
  licence: z.string().nullable(),
  /** In the words of who imported it; models that were imported before it was asked have none. */
  trainedOn: z.string().nullable().default(null),
  problems: z.array(z.string()),
  /** Sides at which its weights fit. */
  inputSizes: z.array(z.int()),
  parameters: z.int(),
  preprocessing: Preprocessing.options[0].nullable(),
  /** `file`: as the file or its family says; null: not known yet. */
  preparation: z.union([Preparation, z.literal('file')]).nullable(),
  /** The first kernel was turned round, since the network wants blue, green, red. */
  isBgr: z.boolean(),
  weights: z.object({ file: z.enum(WEIGHTS_FILES), sha256: z.string(), sizeBytes: z.number() }),
})
export type ImportedManifest = z.infer<typeof ImportedManifest>
