/** Union-find with path halving (Tarjan, van Leeuwen 1984): which of N things hang together. */
export interface DisjointSets {
  find(of: number): number
  /** False: they were one already. */
  join(a: number, b: number): boolean
}

export function disjointSets(count: number): DisjointSets {
  const parent = Int32Array.from({ length: count }, (_, i) => i)
  const find = (of: number): number => {
    let at = of
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
    return at
  }
  return {
    find,
    join(a, b) {
      const [first, second] = [find(a), find(b)]
      // The smaller one stays the root, so that the same links give the same roots.
      parent[Math.max(first, second)] = Math.min(first, second)
      return first !== second
    },
  }
}
