import { createHash } from 'node:crypto'

/** Places of the `count` hashes whose own SHA-256 is smallest, in that order: a sample that hardly changes when others are added, and that no order of
 *  the items or of their names decides. Of equal hashes the first counts. */
export function smallestHashes(hashes: readonly string[], count: number): number[] {
  const places = new Map<string, number>()
  hashes.forEach((hash, place) => {
    if (!places.has(hash)) places.set(hash, place)
  })
  const keyed = [...places].map(([hash, place]) => ({ key: createHash('sha256').update(hash).digest('hex'), place }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.slice(0, count).map(({ place }) => place)
}
