import { type DisjointSets, disjointSets } from './disjoint-sets.ts'

export interface LinkedGroup {
  /** Ascending, two or more. */
  readonly rows: number[]
  /** The weakest link that the group needs: without links below it, it would fall apart from above it. */
  readonly similarity: number
}

/** Collects links between rows and tells the groups that they make. */
export interface LinkGroups {
  add(a: number, b: number, similarity: number): void
  /** Connected components of two rows and more, in the order of their first row. */
  groups(): LinkedGroup[]
}

const LEVELS = 32
const MOST_LINKS = 1 << 20
/** What single precision makes of copies. */
const EQUAL = 1 - 2e-6

/** Groups are the connected components of all links; the similarity of one is the smallest link of its maximum spanning tree (Kruskal
 *  1956). Only links that may be in that tree are kept: memory is bounded however many links there are.
 *  @param lowest similarity that links have at least, below 1 */
export function linkGroups(count: number, lowest: number): LinkGroups {
  // Level l joins what links above its floor join: a link between rows that better links join already is in no maximum spanning tree.
  const levels = Array.from({ length: LEVELS + 1 }, () => disjointSets(count))
  const levelOf = (similarity: number): number =>
    similarity >= EQUAL
      ? LEVELS
      : Math.min(LEVELS - 1, Math.max(0, Math.floor(((similarity - lowest) / (EQUAL - lowest)) * LEVELS)))
  let links: Link[] = []
  return {
    add(a, b, similarity) {
      const level = levelOf(similarity)
      const above = levels[Math.min(level + 1, LEVELS)]!
      if (above.find(a) === above.find(b)) return
      for (let l = level; l >= 0 && levels[l]!.join(a, b); l--);
      links.push({ a, b, similarity: similarity >= EQUAL ? 1 : similarity })
      if (links.length >= Math.max(MOST_LINKS, 4 * count)) links = spanningForest(links, count).tree
    },
    groups() {
      const { tree, sets } = spanningForest(links, count)
      links = tree
      return components(tree, sets)
    },
  }
}

interface Link {
  readonly a: number
  readonly b: number
  readonly similarity: number
}

function spanningForest(links: readonly Link[], count: number): { tree: Link[]; sets: DisjointSets } {
  const sets = disjointSets(count)
  const sorted = [...links].sort((x, y) => y.similarity - x.similarity)
  return { tree: sorted.filter(({ a, b }) => sets.join(a, b)), sets }
}

function components(tree: readonly Link[], sets: DisjointSets): LinkedGroup[] {
  const groups = new Map<number, { rows: Set<number>; similarity: number }>()
  for (const { a, b, similarity } of tree) {
    const root = sets.find(a)
    const group = groups.get(root) ?? { rows: new Set(), similarity: 1 }
    group.rows.add(a).add(b)
    group.similarity = Math.min(group.similarity, similarity)
    groups.set(root, group)
  }
  return [...groups.values()]
    .map(({ rows, similarity }) => ({ rows: [...rows].sort((a, b) => a - b), similarity }))
    .sort((x, y) => x.rows[0]! - y.rows[0]!)
}
