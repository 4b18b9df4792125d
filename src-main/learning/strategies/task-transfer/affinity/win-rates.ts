/** How often each competitor does better than each other one: wins[i][j] is the share of items on which i's loss is smaller than j's, a tie
 *  counting one half to each. Paper: Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, section 3.3.
 *  @param losses [competitor][item], smaller is better
 *  @param items which of the items count, with repetitions; absent: each once */
export function winRates(losses: readonly ArrayLike<number>[], items?: readonly number[]): number[][] {
  const counted = items ?? Array.from({ length: losses[0]?.length ?? 0 }, (_, i) => i)
  return losses.map((own, i) => losses.map((other, j) => (i === j ? 0.5 : winRate(own, other, counted))))
}

/** Share of items on which `own` is smaller; ties count one half. */
export function winRate(own: ArrayLike<number>, other: ArrayLike<number>, items: readonly number[]): number {
  let wins = 0
  for (const item of items) {
    const difference = other[item]! - own[item]!
    wins += difference > 0 ? 1 : difference === 0 ? 0.5 : 0
  }
  return items.length === 0 ? 0.5 : wins / items.length
}

/** Every pair of competitors ties on all items: nothing can be told of them. */
export function isAllTie(wins: readonly (readonly number[])[]): boolean {
  return wins.every((row) => row.every((share) => share === 0.5))
}
