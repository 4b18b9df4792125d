import type { Network, Preprocessing } from '../../contract/network.ts'
import type { WeightValues } from '../weights/weight-values.ts'

export type ImagePreparation = Preprocessing & { kind: 'image' }

/** A file or folder that a user gives, and what it was asked to be read as. */
export interface ModelSource {
  /** A file, or the folder of a model of several files. Absolute. */
  readonly path: string
  /** The family of a file that holds weights alone, where the user named one (`resnet50`); null: it is recognised by its tensors. */
  readonly family: string | null
  /** Height and width where the file leaves them open; null: the family's own. */
  readonly inputSize: number | null
}

/** A network that somebody has trained, in Graft's words. */
export interface ImportedModel {
  /** What the file is, in words: `Keras 3`, `PyTorch state dict (zip)`, `ONNX, opset 17`. */
  readonly format: string
  /** `resnet50`, `efficientnetb0`; null: only its own graph is known. */
  readonly family: string | null
  readonly network: Network
  /** Of every weight of the network, in Keras' layouts. */
  readonly weights: WeightValues
  /** In the order of the output; null: the file does not say. */
  readonly classes: readonly string[] | null
  /** How pixels become the input; null: the file and its family do not say, so the user must. */
  readonly preprocessing: ImagePreparation | null
  /** The network takes blue, green, red. `preprocessing` and `weights` are given as if nothing was; what takes the model turns the first
   *  kernel round (take-model.ts). */
  readonly isBgr?: boolean
  /** What the user should know, in sentences: folded BatchNorm, tensors that were left out, a head that was missing. */
  readonly problems: readonly string[]
}

export interface ModelImporter {
  /** As in the command line: `keras`, `h5`, `tfjs`, `pytorch`, `safetensors`, `onnx`. */
  readonly format: string
  readonly label: string
  /** By the name and the first bytes of the file (of the folder's own listing); cheap, and never throws. */
  matches(path: string): boolean
  /** Throws E_MODEL_FILE for what is broken, E_MODEL_UNSUPPORTED for what cannot be represented. */
  read(source: ModelSource): Promise<ImportedModel>
}
