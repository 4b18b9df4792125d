/** Per-channel map from stored values to the network's input: x * scale + shift. */
export interface Normalisation {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
}

/** Where samples come from: pixels, table rows, or cached features. */
export interface Samples {
  /** Of one sample, without the batch axis. */
  readonly shape: readonly number[]
  /** The layer whose output this is; null: the network's input. */
  readonly layer: string | null
  /** Applied on the batch before the network; null: values are ready. */
  readonly normalisation: Normalisation | null
  /** Writes one sample as it is into `out` from `offset` on. */
  read(row: number, out: Float32Array, offset: number): void
  /** The same for training in a given epoch: augmented, where that is asked for. */
  readTraining(row: number, epoch: number, out: Float32Array, offset: number): void
}

export type SplitName = 'train' | 'validation' | 'test'

/** Everything a run learns from. Rows are places in `targets` and `hashes`. */
export interface TrainingData {
  readonly samples: Samples
  readonly hashes: readonly string[]
  /** Per head and row: class index, number, or NaN when unlabelled. */
  readonly targets: readonly Float64Array[]
  readonly rows: Readonly<Record<SplitName, readonly number[]>>
  /** Writes copy 1..K of an augmented sample; null: nothing is augmented. The same copy is the same for every run. */
  readonly copies: {
    readonly count: number
    /** Distinguishes augmentation settings in the cache. */
    readonly key: string
    read(row: number, copy: number, out: Float32Array, offset: number): void
  } | null
  /** Distinguishes preprocessing in the cache. */
  readonly preprocessingKey: string
}
