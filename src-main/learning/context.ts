import type { FeatureColumn, LabelColumn, PixelStatistics } from '../contract/datasets.ts'
import type { ImportedFacts } from '../contract/imports.ts'
import type { PlanProblem, ResolvedPlan } from '../contract/models.ts'
import type { LayerFacts, Network, Preprocessing } from '../contract/network.ts'
import type { ExperimentSpec } from '../contract/spec.ts'
import type { Manifest, ModelFiles, WeightsRef } from '../contract/trainer.ts'

/** A label column over the train split. */
export interface LabelSummary {
  /** Items that have a label. */
  readonly labelled: number
  /** Of numbers; null for classes. */
  readonly mean: number | null
  readonly std: number | null
}

/** Two label columns over the training items that have both. */
export interface LabelRelation {
  readonly a: string
  readonly b: string
  readonly both: number
  /** How much of a is known once b is, 0..1; 1: all of it. */
  readonly aFromB: number
  readonly bFromA: number
}

/** What a plan needs to know of a dataset. Core fills it from its records; nothing here reads files. */
export interface DatasetFacts {
  readonly name: string
  readonly kind: 'image' | 'table'
  readonly splitCounts: { readonly train: number; readonly validation: number; readonly test: number }
  readonly labelColumns: readonly LabelColumn[]
  readonly featureColumns: readonly FeatureColumn[]
  /** Images: 1 when every image is grey, else 3. null for tables. */
  readonly channels: 1 | 3 | null
  /** Images: the most common size in pixels. null for tables or when unknown. */
  readonly imageSize: { readonly width: number; readonly height: number } | null
  /** Tables: mean and standard deviation of numeric columns over the train split. Missing columns count as mean 0, std 1. */
  readonly columnStatistics: Readonly<Record<string, { readonly mean: number; readonly std: number }>>
  /** Tables: training items without a value, by feature column; columns that miss nothing are left out. */
  readonly missingValues?: Readonly<Record<string, number>>
  /** Images: value range, mean and spread as measured at the import. Null or absent for tables and where it was not measured. */
  readonly pixelStatistics?: PixelStatistics | null
  /** Per classification column: labelled training items of each class, in the order of its classes. */
  readonly classCounts?: Readonly<Record<string, readonly number[]>>
  /** By label column. */
  readonly labelSummaries?: Readonly<Record<string, LabelSummary>>
  /** Of every pair of label columns; computed when it is asked for. */
  readonly labelRelations?: () => readonly LabelRelation[]
  /** Content hashes of all items, read when they are asked for. */
  readonly contentHashes?: () => ReadonlySet<string>
}

/** A base model of resources/base-models (`loadBaseModels`), or one that was imported (`loadImported`). */
export interface PretrainedBase {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly network: Network
  readonly preprocessing: Preprocessing & { kind: 'image' }
  /** False: how pixels are prepared is not known, and `preprocessing` says the shape alone. */
  readonly isPrepared: boolean
  /** The first kernel was turned round: what was made for blue, green, red takes red, green, blue. */
  readonly isBgr: boolean
  readonly weights: WeightsRef
  /** Of its output, in order; none: they are not known. */
  readonly classes: readonly string[]
  readonly sizeBytes: number
  readonly inputSizes: readonly number[]
  /** null: not known. */
  readonly licence: string | null
  readonly source: string
  /** The data that its weights were trained on, in words; null: not known. */
  readonly trainedOn: string | null
  /** null: it ships with Graft. */
  readonly imported: ImportedFacts | null
}

/** Everything that a base or a spec may refer to. */
export interface LearningContext {
  /** The spec's dataset; null while none is chosen (base models are then shown at their default input). */
  readonly dataset: DatasetFacts | null
  readonly bases: readonly PretrainedBase[]
  /** A trained model of the workspace by run id; null when there is none. */
  readonly trained: (runId: string) => { readonly title: string; readonly files: ModelFiles } | null
  /** Facts of a further dataset of the workspace by name; absent: there is none. */
  readonly further?: (name: string) => DatasetFacts | null
}

/** A base before any plan. */
export interface DescribedBase {
  readonly title: string
  readonly network: Network
  readonly facts: LayerFacts[]
  readonly preprocessing: Preprocessing
  /** null: an architecture with fresh weights. */
  readonly weights: WeightsRef | null
}

/** A spec resolved: what `models.plan` answers (but for the time estimate, which core adds) and what a TrainJob needs. */
export interface ResolvedSpec {
  readonly plan: Omit<ResolvedPlan, 'estimate'>
  readonly heads: Manifest['heads']
  /** Parallel to `heads`: weights of the losses. */
  readonly headWeights: number[]
  /** null when every layer is fresh: TrainJob.weights. */
  readonly weights: WeightsRef | null
  /** The spec with the defaults of its strategy, optimizer and schedule filled in, when they are usable. */
  readonly spec: ExperimentSpec
  /** Multiply-adds for one sample: forward pass of the part that is cached, and of the part that is trained. */
  readonly multiplyAdds: { readonly cached: number; readonly trained: number }
  /** Any problem with level `block` is in here too. */
  readonly problems: PlanProblem[]
}
