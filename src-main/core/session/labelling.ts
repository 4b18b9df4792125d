import type { HeadFit, LabellingState } from '../../contract/labelling.ts'
import type { AnswerOf, LabelQuestion } from '../../contract/label-questions.ts'
import type { BaseRef } from '../../contract/spec.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'

/** What the head said of every item when it was fitted last. */
export interface HeldFit {
  /** Id of the label column. */
  readonly field: number
  /** Without the column's name, which may change. */
  readonly head: Omit<HeadFit, 'column'>
  /** Class indices from here on may mean other classes by now: a class was taken away since. */
  readonly classes: number
  /** By place (item id - 1): class index or -1, its probability, and the distance of the second one. */
  readonly best: Int16Array
  readonly confidence: Float32Array
  readonly margin: Float32Array
}

/** The dataset whose features are held. */
export interface LiveLabelling {
  readonly datasetId: string
  readonly base: BaseRef
  readonly baseTitle: string
  readonly status: LabellingState['status']
  readonly jobId: string
  readonly items: number
  readonly dimensions: number
  /** What became of the process; null: nothing bad. */
  readonly failure: string | null
  /** By place; why the picture cannot be read. */
  readonly unreadable: ReadonlyMap<number, string>
  /** Identifies the features: of which base, of which pictures. */
  readonly featuresOf: string
  /** What the column's head said when it was fitted last. */
  heldOf(column: StoredColumn): HeldFit | null
  /** The same, for somebody who looks at it: the column becomes the one that is fitted from now on. */
  fitOf(column: StoredColumn): HeldFit | null
  /** Something is left to learn of the column that was asked for last. */
  isFitting(): boolean
  /** Why the column has no head. */
  wanting(column: StoredColumn): string | null
  /** Resolves once the process has a head of the column's present labels, or cannot have one. */
  settled(column: StoredColumn): Promise<HeldFit | null>
  /** @throws GraftError E_LABELLING_OFF when nothing is ready to answer, or what the question was refused with */
  ask<Q extends LabelQuestion>(question: Q): Promise<AnswerOf<Q['kind']>>
}

/** Labelling with a model that learns meanwhile: one dataset at a time. */
export interface Labelling {
  /** null: its features are not held. */
  live(datasetId: string): LiveLabelling | null
  /** Of every change of a dataset, once it is recorded, before anybody else hears of it. Never throws. */
  changed(state: DatasetState, itemIds: readonly number[]): void
  removed(datasetId: string): void
  /** Prepares features; what was held of another dataset or base is let go. */
  start(state: DatasetState, base: BaseRef | undefined): Promise<{ jobId: string }>
  stop(datasetId: string): Promise<void>
  close(): Promise<void>
}
