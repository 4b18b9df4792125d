import type { GraftError } from '../../contract/errors.ts'
import type { Network, Preprocessing } from '../../contract/network.ts'
import type { ExportJob, Manifest } from '../../contract/trainer.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { NetworkWeight } from '../network/infer.ts'
import type { ExportOptions } from './options.ts'
import type { TrainedPart } from './quantization/trained-part.ts'

/** What is exported: the trained network with a softmax behind each classification head and a sigmoid behind each of tags, so that outputs are
 *  probabilities, and its weights. */
export interface ExportModel {
  readonly network: Network
  /** In the order of the layers. */
  readonly weights: readonly NetworkWeight[]
  /** Values of one weight by full name, row-major. */
  readonly read: (fullName: string) => Float32Array
  readonly preprocessing: Preprocessing
  readonly heads: Manifest['heads']
  /** The input takes pixels, 0..255: the network prepares them itself (pixel-input.ts), and a format that has types takes uint8. */
  readonly takesPixels?: boolean
  /** What the heads were trained on. */
  readonly features?: ExportJob['features']
  /** Of int8 features: the part that computed them, in whole numbers. */
  readonly trained?: TrainedPart
}

/** Runs a batch: (B, ...) -> one tensor per head, (B, classes) or (B, 1). */
export type Predictor = (x: Tensor) => Tensor[]

/** What a format may ask for while it is written. */
export interface ExportSources {
  /** Of the training split; read when it is asked for. */
  readonly calibration: () => Promise<Calibration>
}

/** Inputs whose values say how far those of the network reach. */
export interface Calibration {
  /** What the network is run with. */
  readonly tf: Tf
  /** One input each, as the exported network takes it; none when none could be read. */
  readonly rows: readonly Float32Array[]
  readonly signal: AbortSignal
}

/** The part of predict.py or predict.mjs that is a format's own; the rest reads photographs or tables and prints. */
export interface RuntimeCode {
  /** What to install, as pip or npm take it. */
  readonly packages: readonly string[]
  /** Its imports (Node's own as `import { name } from 'node:...'`, so that they can be merged), and two functions. Python: `load(folder)` gives a model, `run(model, x)` one array a head, (B, classes) or (B, 1), of
   *  x: (B, ...), channels last, float32, or uint8 where the input takes pixels. JavaScript: the same two, async; x is `{ data, shape }`, and each
   *  head's answer an array of B arrays of numbers. */
  readonly code: string
}

/** One export format. Adding one: a file here, a line in index.ts and one in variants.ts. */
export interface Exporter {
  readonly type: string
  /** Why this format cannot hold a model; null: it can. */
  refuses(model: ExportModel): GraftError | null
  /** Writes the model's own files into an existing empty folder. `options`: those of this format in options.ts; absent: their defaults. */
  write(model: ExportModel, folder: string, options?: ExportOptions, sources?: ExportSources): Promise<void>
  /** Whose arithmetic proves the files inside Graft: plain @tensorflow/tfjs, which is the default, or native TensorFlow. */
  readonly runtime?: 'tfjs' | 'tensorflow'
  /** Loads what `write` wrote, from those files alone, in that runtime. Absent: Graft has no runtime of this format. */
  load?(tf: Tf, folder: string): Promise<Predictor>
  /** How the shipped programs run the files, in each language that has a runtime of this format. */
  runtimes?(
    model: ExportModel,
    options?: ExportOptions,
  ): { readonly python?: RuntimeCode; readonly javascript?: RuntimeCode }
  /** Writes a page into the folder that answers in a browser, opened as a file. */
  page?(model: ExportModel, folder: string): void
}
