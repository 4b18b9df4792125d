import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsBetween, hashPairs } from '../../../../src-main/learning/labelling/pairs/hash-pairs.ts'
import { linkGroups } from '../../../../src-main/learning/labelling/pairs/link-groups.ts'

type Link = readonly [number, number, number]
const pace = () => Promise.resolve()

/** Components of two and more by walking from each thing to its neighbours, and the largest threshold that leaves each whole. */
function bySearch(count: number, links: readonly Link[]) {
  const componentsAbove = (least: number): number[][] => {
    const seen = new Set<number>()
    return Array.from({ length: count }, (_, start) => {
      const found: number[] = []
      const waiting = [start]
      while (waiting.length > 0) {
        const at = waiting.pop()!
        if (seen.has(at)) continue
        seen.add(at)
        found.push(at)
        for (const [a, b, similarity] of links) if (similarity >= least && (a === at || b === at)) waiting.push(a, b)
      }
      return found.sort((a, b) => a - b)
    }).filter((rows) => rows.length > 1)
  }
  const levels = [...new Set(links.map(([, , similarity]) => similarity))].sort((a, b) => b - a)
  return componentsAbove(0).map((rows) => ({
    rows,
    similarity: levels.find((least) =>
      componentsAbove(least).some((other) => other.length === rows.length && other[0] === rows[0]),
    )!,
  }))
}

describe('groups of linked rows', () => {
  it('are the connected components, each with the weakest link that it needs, in any order of links', () => {
    const count = 12
    const place = fc.integer({ min: 0, max: count - 1 })
    const link = fc.tuple(place, place, fc.constantFrom(0.9, 0.92, 0.95, 0.97, 0.99, 1)).filter(([a, b]) => a !== b)
    fc.assert(
      fc.property(fc.array(link, { maxLength: 30 }), (links) => {
        const groups = linkGroups(count, 0.9)
        links.forEach(([a, b, similarity]) => groups.add(a, b, similarity))
        expect(groups.groups()).toEqual(bySearch(count, links))
        // Asking changes nothing.
        expect(groups.groups()).toEqual(bySearch(count, links))
      }),
      { numRuns: 300 },
    )
  })

  it('need no more memory for a million links than for a thousand', () => {
    const groups = linkGroups(1500, 0.5)
    for (let a = 0; a < 1500; a++)
      for (let b = a + 1; b < 1500; b++) groups.add(a, b, 0.5 + ((a * 31 + b * 17) % 499) / 1000)
    const [group] = groups.groups()
    expect(group!.rows).toHaveLength(1500)
    expect(group!.similarity).toBeGreaterThan(0.99)
  })
})

describe('hashes', () => {
  const randomWord = (seed: number) => Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d ^ (seed << 7)) >>> 0

  it('differ in the bits that are counted one by one', () => {
    const hashes = Uint32Array.from({ length: 8 }, (_, i) => randomWord(i + 1))
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < 4; b++) {
        const bits = (row: number) =>
          [0, 1].map((word) => hashes[2 * row + word]!.toString(2).padStart(32, '0')).join('')
        expect(bitsBetween(hashes, a, b)).toBe([...bits(a)].filter((bit, i) => bit !== bits(b)[i]).length)
      }
  })

  it.each([0, 3, 4, 7, 9, 20, 32])('hang together as all pairs within %i bits do', async (distance) => {
    // Families of hashes a few bits apart, some of them equal, so that near ones exist at every distance.
    const rows = 1200
    const hashes = new Uint32Array(2 * rows)
    for (let row = 0; row < rows; row++) {
      const family = row % 40
      for (const word of [0, 1]) {
        let value = randomWord(2 * family + word + 1000)
        const flips = randomWord(row * 2 + word + 5) % 6
        for (let i = 0; i < flips; i++) value ^= 1 << (randomWord(row * 13 + i * 7 + word) % 32)
        hashes[2 * row + word] = value >>> 0
      }
    }
    const found = linkGroups(rows, 0)
    await hashPairs(hashes, distance, (a, b) => found.add(a, b, 0.5), pace)
    const all = linkGroups(rows, 0)
    for (let a = 0; a < rows; a++)
      for (let b = a + 1; b < rows; b++) if (bitsBetween(hashes, a, b) <= distance) all.add(a, b, 0.5)
    expect(found.groups()).toEqual(all.groups())
    expect(all.groups().length).toBeGreaterThan(0)
  })
})
