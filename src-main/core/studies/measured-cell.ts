/** One run of a study as far as it is ranked. */
export interface MeasuredCell {
  readonly arm: number
  readonly labels: number | null
  readonly seed: number
  /** null: not measured. */
  readonly value: number | null
  readonly seconds: number
  readonly epochs: number
  readonly dataset: { readonly id: string; readonly name: string; readonly version: number; readonly hash: string }
}
