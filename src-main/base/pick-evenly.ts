/** At most so many of a list, evenly from its beginning to its end: a list may be sorted by class. */
export function pickEvenly<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(all.length, most)
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)
}
