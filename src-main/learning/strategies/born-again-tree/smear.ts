import { randomInt, type SeededRandom } from '../../../base/seeded-random.ts'
import type { PathStep } from './grow-tree.ts'

/** What rows are made from. */
export interface SmearSource {
  readonly width: number
  /** Real training rows, (n * width). */
  readonly x: Float32Array
  /** Coordinates that are replaced together; every coordinate is in one group. */
  readonly groups: readonly (readonly number[])[]
  /** Probability that a group takes another row's values. */
  readonly pAlt: number
}

function anotherRow(random: SeededRandom, row: number, count: number): number {
  if (count === 1) return row
  const other = randomInt(random, count - 1)
  return other >= row ? other + 1 : other
}

/** Manufactures rows: a random training row, each of whose coordinates independently with probability p_alt takes the value of another random
 *  training row. Breiman, Shang, "Born Again Trees", Technical Report, University of California, Berkeley, 1996 ("smearing"). A one-hot
 *  group moves as a unit: smeared one by one its columns would make rows with two categories or none.
 *  Answers up to `count` rows that pass all tests of a path, in at most `tries` draws. The groups that the path tests are drawn
 *  first, the others only for a row that passes: groups are independent given the row, so that changes nothing but the time. */
export function smearRows(
  source: SmearSource,
  random: SeededRandom,
  { count, path, tries }: { count: number; path: readonly PathStep[]; tries: number },
): Float32Array {
  const { width, x, groups, pAlt } = source
  const realCount = x.length / width
  const tested = new Set(path.map(({ feature }) => feature))
  const first = groups.filter((group) => group.some((i) => tested.has(i)))
  const rest = groups.filter((group) => !group.some((i) => tested.has(i)))
  const rows = new Float32Array(count * width)
  const fill = (some: readonly (readonly number[])[], row: number, offset: number) => {
    for (const group of some) {
      const from = random() < pAlt ? anotherRow(random, row, realCount) : row
      for (const i of group) rows[offset + i] = x[from * width + i]!
    }
  }
  let made = 0
  for (let i = 0; i < tries && made < count; i++) {
    const offset = made * width
    const row = randomInt(random, realCount)
    fill(first, row, offset)
    if (!path.every((step) => rows[offset + step.feature]! <= step.threshold === step.isLeft)) continue
    fill(rest, row, offset)
    made += 1
  }
  return rows.subarray(0, made * width)
}

/** Groups of a width of which nothing else is known: the given ones, and every other coordinate by itself. */
export function coordinateGroups(width: number, together: readonly (readonly number[])[] = []): number[][] {
  const grouped = new Map(together.map((group) => [group[0]!, group]))
  const taken = new Set(together.flat())
  return Array.from({ length: width }, (_, i) => i).flatMap((i) => {
    const group = grouped.get(i)
    if (group !== undefined) return [[...group]]
    return taken.has(i) ? [] : [[i]]
  })
}

/** Runs of at least `min` neighbouring coordinates that hold two values each and of which exactly one is high in every row: one-hot
 *  groups that came as columns of their own. */
export function findOneHotGroups(x: Float32Array, width: number, min = 3): number[][] {
  const count = x.length / width
  const levels = Array.from({ length: width }, (_, i) => twoLevels(x, width, i))
  const groups: number[][] = []
  for (let from = 0; from < width; from++) {
    if (levels[from] === null) continue
    const to = lastOfGroup(x, width, from, { levels, count })
    if (to - from + 1 < min) continue
    groups.push(Array.from({ length: to - from + 1 }, (_, i) => from + i))
    from = to
  }
  return groups
}

/** The highest of a coordinate's two values; null: it has fewer or more. */
function twoLevels(x: Float32Array, width: number, i: number): number | null {
  const seen = new Set<number>()
  for (let at = i; at < x.length && seen.size <= 2; at += width) seen.add(x[at]!)
  return seen.size === 2 ? Math.max(...seen) : null
}

/** From `from` on, the last coordinate of the shortest run in which each row has exactly one high value; -1: there is none. */
function lastOfGroup(
  x: Float32Array,
  width: number,
  from: number,
  { levels, count }: { levels: readonly (number | null)[]; count: number },
): number {
  const high = new Int32Array(count)
  let covered = 0
  for (let i = from; i < width && levels[i] !== null; i++) {
    for (let row = 0; row < count; row++) {
      if (x[row * width + i] !== levels[i]) continue
      high[row]! += 1
      if (high[row]! > 1) return -1
      covered += 1
    }
    if (covered === count) return i
  }
  return -1
}
