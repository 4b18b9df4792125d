/** Counts of one tag: [[neither, only predicted], [only expected, both]]. */
export type TagCounts = readonly (readonly number[])[]

export interface TagScores {
  /** null: nothing was given the tag. */
  readonly precision: number | null
  /** null: nothing has it. */
  readonly recall: number | null
  /** null: neither. */
  readonly f1: number | null
}

/** Precision, recall and F1 of one tag, 0..1. */
export function tagScores(counts: TagCounts): TagScores {
  const [, wrong = 0] = counts[0] ?? []
  const [missed = 0, both = 0] = counts[1] ?? []
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
  return {
    precision: share(both, both + wrong),
    recall: share(both, both + missed),
    f1: share(2 * both, 2 * both + wrong + missed),
  }
}

/** F1 over all decisions together (micro) and the mean of the tags' own (macro; a tag that nothing has and nothing was given is left out, as
 *  scikit-learn does with zero_division=nan). null: there is none. */
export function f1Means(tags: readonly TagCounts[]): { readonly micro: number | null; readonly macro: number | null } {
  const sum = [0, 1].map((row) => [0, 1].map((column) => tags.reduce((all, tag) => all + tag[row]![column]!, 0)))
  const each = tags.map((tag) => tagScores(tag).f1).filter((f1) => f1 !== null)
  const macro = each.length === 0 ? null : each.reduce((total, f1) => total + f1, 0) / each.length
  return { micro: tagScores(sum).f1, macro }
}
