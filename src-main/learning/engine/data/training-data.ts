import type { Tensor, Tf } from '../../runtime.ts'

/** Per-channel map from stored values to the network's input: x * scale + shift. */
export interface Normalisation {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
}

/** Values of some rows, one after the other. */
export type Values = Uint8Array | Float32Array

/** Random changes of a training batch, made by the step itself from numbers that are drawn outside of it. */
export interface Changes {
  /** What is drawn for some rows, each at its time (the epoch, or the number of a copy), as tensors; depends on (seed, time,
   *  row) alone. */
  draw(tf: Tf, rows: readonly number[], times: readonly number[]): Tensor[]
  /** (B, ...) stored values as numbers -> the same shape. Pure tensor code. */
  apply(tf: Tf, x: Tensor, drawn: readonly Tensor[]): Tensor
  /** Mixes targets as `apply` mixed their samples; null: samples are not mixed. */
  readonly mix: ((tf: Tf, targets: Tensor, drawn: readonly Tensor[]) => Tensor) | null
}

/** Training rows held in memory as a whole. */
export interface HeldRows {
  /** (N, F) */
  readonly values: Float32Array
  readonly count: number
  /** Which of the N a row reads in an epoch. */
  place(row: number, epoch: number): number
  /** The row at each of the N places. */
  readonly rows: readonly number[]
}

/** Where samples come from: pixels, table rows, or cached features. */
export interface Samples {
  /** Of one sample, without the batch axis. */
  readonly shape: readonly number[]
  /** The layer whose output this is; null: the network's input. */
  readonly layer: string | null
  /** Bytes 0..255, or numbers. */
  readonly storage: 'uint8' | 'float32'
  /** Applied on the batch before the network; null: values are ready. */
  readonly normalisation: Normalisation | null
  /** Rows as they are (`epoch` null), or as training reads them in an epoch. Starts to read at once; a promise where rows
   *  come from disk. */
  load(rows: readonly number[], epoch: number | null): Values | Promise<Values>
  /** Null: training sees samples as they are. */
  readonly changes: Changes | null
  /** Null: rows are read batch by batch. */
  readonly held: HeldRows | null
  /** Of cached features: augmented copies 1..count of training rows, each by its number. Absent: there are none. */
  readonly copies?: {
    readonly count: number
    load(rows: readonly number[], copy: number): Values | Promise<Values>
  }
}

export type SplitName = 'train' | 'validation' | 'test'

/** Everything a run learns from. Rows are places in `targets` and `hashes`. */
export interface TrainingData {
  readonly samples: Samples
  readonly hashes: readonly string[]
  /** Per head and row: class index, number, or NaN when unlabelled. */
  readonly targets: readonly Float64Array[]
  readonly rows: Readonly<Record<SplitName, readonly number[]>>
  /** Rows of the train split that no head learns from: they have no label, or the spec's `labelLimit` takes it away. */
  readonly unlabelled: readonly number[]
  /** Per head and row, the labels that the spec's `labelLimit` took out of `targets`: for reports only, never for training. Null: none
   *  were taken. */
  readonly hiddenTargets: readonly Float64Array[] | null
  /** Augmented copies 1..K of a sample for cached features; null: nothing is augmented. The same copy is the same for
   *  every run. */
  readonly copies: {
    readonly count: number
    /** Distinguishes augmentation settings in the cache. */
    readonly key: string
    /** The changes that make a copy; its number is the time. */
    readonly changes: Changes
  } | null
  /** Distinguishes preprocessing in the cache. */
  readonly preprocessingKey: string
  /** The manifest that the rows are of; null: the run's own. Absent: made in memory. */
  readonly source?: string | null
}
