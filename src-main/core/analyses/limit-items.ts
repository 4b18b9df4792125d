import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import type { AnalyseJob, Manifest, ManifestItem } from '../../contract/trainer.ts'

/** At most `limit` labelled items of each split and as many unlabelled ones, drawn by the seed; of the labelled ones the same number of each
 *  class of the first head, as far as they go. Items keep their order. */
export function limitItems(manifest: Manifest, limit: number, seed: number): Manifest {
  const random = seededRandom(seed, 'analysis items')
  const order = shuffle([...manifest.items.keys()], random)
  const groups = Map.groupBy(order, (place) => groupOf(manifest.items[place]!))
  const kept = new Set([...groups.values()].flatMap((places) => inTurn(places, manifest, limit)))
  return { ...manifest, items: manifest.items.filter((_, place) => kept.has(place)) }
}

function groupOf({ split, targets }: ManifestItem): string {
  return `${split} ${targets.some((target) => target !== null) ? 'labelled' : 'unlabelled'}`
}

/** The first of each class, then the second of each, and so on. */
function inTurn(places: readonly number[], { items, heads }: Manifest, limit: number): number[] {
  if (heads[0]?.type !== 'classification') return places.slice(0, limit)
  const seen = new Map<number | null, number>()
  const placed = places.map((place) => {
    const target = items[place]!.targets[0] ?? null
    const turn = seen.get(target) ?? 0
    seen.set(target, turn + 1)
    return { place, turn }
  })
  return placed
    .sort((a, b) => a.turn - b.turn)
    .slice(0, limit)
    .map(({ place }) => place)
}

/** Training items with and without a label for the first head, and per class. A spec's `labelLimit` counts: evenly over classes, the rest are
 *  unlabelled. */
export function countItems(
  { items, heads }: Manifest,
  labelLimit: number | null = null,
): AnalyseJob['surroundings']['items'] {
  const targets = items.filter(({ split }) => split === 'train').map((item) => item.targets[0] ?? null)
  const labelled = targets.filter((target) => target !== null)
  const classes = heads[0]?.type === 'classification' ? heads[0].classes : []
  const classCounts = classes.map((_, index) => labelled.filter((target) => target === index).length)
  const kept = Math.min(labelled.length, labelLimit ?? Infinity)
  return { labelled: kept, unlabelled: targets.length - kept, classCounts: evenly(classCounts, kept) }
}

/** One from each class in turn, as far as it goes, until there are so many. */
function evenly(counts: readonly number[], total: number): number[] {
  const taken = counts.map(() => 0)
  for (
    let left = Math.min(
      total,
      counts.reduce((a, b) => a + b, 0),
    );
    left > 0;
  ) {
    for (const [c, count] of counts.entries()) {
      if (left === 0 || taken[c]! >= count) continue
      taken[c]! += 1
      left -= 1
    }
  }
  return taken
}
