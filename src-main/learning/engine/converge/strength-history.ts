/** What a head is worth at one strength of its penalty. */
export interface StrengthFound {
  readonly strength: number
  readonly iterations: number
  /** On the validation split; null: no label of it is there. */
  readonly loss: number | null
  /** Classification. */
  readonly accuracy: number | null
}

/** Strengths in a row that are no better than the best before a head's path ends. */
const PATIENCE = 2

/** Kept with the checkpoint, in its plain numbers by name. */
type Numbers = Record<string, number>

export function remember(numbers: Numbers, head: number, { strength, ...found }: StrengthFound): void {
  for (const [name, value] of Object.entries(found))
    if (value !== null) numbers[`head ${head} strength ${strength} ${name}`] = value
}

export function historyOf(numbers: Numbers, head: number, strengths: number): StrengthFound[] {
  return Array.from({ length: strengths }, (_, strength) => {
    const of = (name: string) => numbers[`head ${head} strength ${strength} ${name}`] ?? null
    return { strength, iterations: of('iterations'), loss: of('loss'), accuracy: of('accuracy') }
  }).filter((found): found is StrengthFound => found.iterations !== null)
}

/** Smallest loss, the stronger penalty among equals; the only one where none was measured. Null: nothing was fitted yet. */
export function bestOf(history: readonly StrengthFound[]): StrengthFound | null {
  return history.reduce<StrengthFound | null>(
    (best, found) => (best === null || (found.loss ?? Infinity) < (best.loss ?? Infinity) ? found : best),
    null,
  )
}

export function isPathOver(history: readonly StrengthFound[]): boolean {
  const best = bestOf(history)
  return best !== null && history.filter(({ strength }) => strength > best.strength).length >= PATIENCE
}
