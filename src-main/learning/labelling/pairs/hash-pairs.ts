import type { Pace } from '../pace.ts'

/** 64 bits of each row, in two words: (2 N). */
export type Hashes = Uint32Array

/** Links between rows whose hashes differ in at most `distance` bits, a before b, such that the rows that hang together are those of all
 *  such pairs: equal hashes are linked in a chain (a thousand blank pictures are not half a million pairs), and the first row of each
 *  hash with that of every other hash near it. Multi-index hashing (Norouzi, Punjani, Fleet 2012): of four parts of 16 bits one differs in
 *  at most a quarter of the distance, so that only hashes with such a part are compared. Far distances, where that would look at more
 *  than all, compare all. Exact either way. */
export async function hashPairs(
  hashes: Hashes,
  distance: number,
  add: (a: number, b: number) => void,
  pace: Pace,
): Promise<void> {
  const firsts = firstOfEach(hashes, add)
  const flips = partsWithin(Math.floor(distance / 4))
  const byParts = flips.length * 4 * (1 + firsts.length / 65536) < firsts.length / 2
  const buckets = byParts ? [0, 1, 2, 3].map((part) => bucketsOf(hashes, firsts, part)) : []
  for (const [i, a] of firsts.entries()) {
    if (i % 256 === 0) await pace(a)
    const compare = (b: number): void => {
      if (b > a && bitsBetween(hashes, a, b) <= distance) add(a, b)
    }
    if (!byParts) for (let j = i + 1; j < firsts.length; j++) compare(firsts[j]!)
    buckets.forEach(({ starts, members }, part) => {
      const own = partOf(hashes, a, part)
      for (const flip of flips) {
        const bucket = own ^ flip
        for (let at = starts[bucket]!; at < starts[bucket + 1]!; at++) compare(members[at]!)
      }
    })
  }
}

/** First row of each hash, ascending; the others are linked to the one before them. */
function firstOfEach(hashes: Hashes, add: (a: number, b: number) => void): Int32Array {
  const last = new Map<bigint, number>()
  const firsts: number[] = []
  for (let row = 0; row < hashes.length / 2; row++) {
    const key = (BigInt(hashes[2 * row]!) << 32n) | BigInt(hashes[2 * row + 1]!)
    const before = last.get(key)
    if (before === undefined) firsts.push(row)
    else add(before, row)
    last.set(key, row)
  }
  return Int32Array.from(firsts)
}

export const bitsBetween = (hashes: Hashes, a: number, b: number): number =>
  ones(hashes[2 * a]! ^ hashes[2 * b]!) + ones(hashes[2 * a + 1]! ^ hashes[2 * b + 1]!)

/** Bits of a word that are 1 (Warren, Hacker's Delight, figure 5-2). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const partOf = (hashes: Hashes, row: number, part: number): number =>
  (hashes[2 * row + (part >> 1)]! >>> ((part & 1) * 16)) & 0xffff

/** Masks of 16 bits with at most so many ones. */
function partsWithin(radius: number): Int32Array {
  return Int32Array.from({ length: 65536 }, (_, mask) => mask).filter((mask) => ones(mask) <= radius)
}

/** Rows by their part: those of bucket i are members[starts[i] .. starts[i + 1]]. */
function bucketsOf(hashes: Hashes, rows: Int32Array, part: number): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(65537)
  for (const row of rows) starts[partOf(hashes, row, part) + 1]!++
  for (let i = 0; i < 65536; i++) starts[i + 1]! += starts[i]!
  const next = starts.slice()
  const members = new Int32Array(rows.length)
  for (const row of rows) members[next[partOf(hashes, row, part)]!++] = row
  return { starts, members }
}
