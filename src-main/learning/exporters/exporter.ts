import type { GraftError } from '../../contract/errors.ts'
import type { Network, Preprocessing } from '../../contract/network.ts'
import type { Manifest } from '../../contract/trainer.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { NetworkWeight } from '../network/infer.ts'

/** What is exported: the trained network with a softmax behind each classification head, so that outputs are
 *  probabilities, and its weights. */
export interface ExportModel {
  readonly network: Network
  /** In the order of the layers. */
  readonly weights: readonly NetworkWeight[]
  /** Values of one weight by full name, row-major. */
  readonly read: (fullName: string) => Float32Array
  readonly preprocessing: Preprocessing
  readonly heads: Manifest['heads']
}

/** Runs a batch: (B, ...) -> one tensor per head, (B, classes) or (B, 1). */
export type Predictor = (x: Tensor) => Tensor[]

/** One export format. Adding one: a file here, a line in index.ts and one in variants.ts. */
export interface Exporter {
  readonly type: string
  /** Why this format cannot hold a model; null: it can. */
  refuses(model: ExportModel): GraftError | null
  /** Writes the model's own files into an existing empty folder. */
  write(model: ExportModel, folder: string): Promise<void>
  /** Loads what `write` wrote, from those files alone. `tf` is plain @tensorflow/tfjs. */
  load(tf: Tf, folder: string): Promise<Predictor>
  /** A short program that loads the files and predicts. */
  example(model: ExportModel): { readonly name: string; readonly text: string }
}
