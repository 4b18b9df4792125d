/** Kendall's tau-b: agreement of two orders, -1..1, ties taken out (Kendall, Biometrika 1945). NaN where one order is all ties. */
export function kendallTau(x: readonly number[], y: readonly number[]): number {
  return correlation(x, y, () => 1)
}

/** Vigna's weighted tau: an exchange at the top counts more, by 1 / (rank + 1) of both, averaged over ranks by x and by y (Vigna, WWW 2015,
 *  arXiv 1404.3325; scipy.stats.weightedtau). It is the figure by which transferability scores are compared in the LogME papers. */
export function weightedTau(x: readonly number[], y: readonly number[]): number {
  const by = (first: readonly number[], second: readonly number[]) => {
    const ranks = ranksOf(first, second)
    return correlation(x, y, (i, j) => 1 / (ranks[i]! + 1) + 1 / (ranks[j]! + 1))
  }
  return (by(x, y) + by(y, x)) / 2
}

function correlation(x: readonly number[], y: readonly number[], weight: (i: number, j: number) => number): number {
  const product = (a: readonly number[], b: readonly number[]): number => {
    let sum = 0
    for (let i = 0; i < a.length; i++) {
      for (let j = 0; j < i; j++) sum += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!) * weight(i, j)
    }
    return sum
  }
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y))
}

/** 0 for the largest; equal ones by the second value. */
function ranksOf(first: readonly number[], second: readonly number[]): number[] {
  const order = [...first.keys()].sort((i, j) => first[j]! - first[i]! || second[j]! - second[i]!)
  const ranks = new Array<number>(first.length)
  order.forEach((place, rank) => (ranks[place] = rank))
  return ranks
}
