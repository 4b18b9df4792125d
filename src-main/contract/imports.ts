import { z } from 'zod'
import { Preprocessing } from './network.ts'

/** Known ways to prepare pixels. `caffe`: blue, green, red, less the mean of ImageNet in 0..255. `raw`: 0..255 as they are. */
export const PREPARATION_NAMES = ['0..1', '-1..1', 'imagenet', 'caffe', 'raw'] as const

/** How the pixels of an imported model are prepared: by name, or x = (value / 255 - mean[c]) / std[c] with a number per channel. */
export const Preparation = z.union([
  z.enum(PREPARATION_NAMES),
  z.strictObject({ mean: z.array(z.number()).min(1).max(3), std: z.array(z.number().positive()).min(1).max(3) }),
])
export type Preparation = z.infer<typeof Preparation>

/** What is seen in a file with a model from elsewhere, before anything of it is kept. */
export const ModelInspection = z.object({
  /** A name to begin with: the file's. */
  name: z.string(),
  /** `Keras 3`, `PyTorch state dict (zip)`, `ONNX, opset 17`. */
  format: z.string(),
  /** `resnet50`; null: only its own graph is known. */
  family: z.string().nullable(),
  /** Height, width, channels. */
  inputShape: z.array(z.int()),
  /** Gradient-trained ones. */
  parameters: z.int(),
  layers: z.int(),
  /** In the order of the output; null: not known. */
  classes: z.array(z.string()).nullable(),
  /** null: the file does not say; it must be chosen before training or predicting. */
  preprocessing: Preprocessing.options[0].nullable(),
  /** What the user should know, in sentences. */
  problems: z.array(z.string()),
  /** The most likely classes of the photograph that was given along, prepared like that; null: there was none, or no preparation. */
  likely: z.array(z.object({ name: z.string(), probability: z.number() })).nullable(),
})
export type ModelInspection = z.infer<typeof ModelInspection>

/** What the list says of a model that was imported. */
export const ImportedFacts = z.object({
  format: z.string(),
  family: z.string().nullable(),
  /** The file that it was read from. */
  source: z.object({ name: z.string(), sha256: z.string() }),
  importedAt: z.string(),
  classes: z.int(),
  problems: z.array(z.string()),
  /** False: how pixels are prepared must be chosen before training or predicting. */
  isPrepared: z.boolean(),
  /** It lies where all workspaces of this user find it. */
  isShared: z.boolean(),
  /** Why it cannot be used (a damaged file); null: it can. */
  fault: z.string().nullable(),
})
export type ImportedFacts = z.infer<typeof ImportedFacts>
