/** What a worker measures, Graft's own and that of the peers alike. */
export interface LabellingTask {
  readonly rows: number
  readonly classes: number
  /** Labelled rows at the beginning. */
  readonly labels: number
  /** Features (float32, row by row), written by Graft's worker and read by the peers'. */
  readonly file: string
  readonly rounds: number
  /** Near copies and the map too. */
  readonly groups: boolean
  readonly umap: boolean
}

export interface Measured {
  /** Milliseconds, medians where something is done several times. */
  readonly figures: Readonly<Record<string, number>>
  /** Highest resident memory in MB, before near copies and maps, and with them. */
  readonly megabytes: number
  readonly peak: number
}
