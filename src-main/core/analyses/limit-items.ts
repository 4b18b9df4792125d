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

/** Training items with and without a label for the first head, and per class. */
export function countItems({ items, heads }: Manifest): AnalyseJob['surroundings']['items'] {
  const targets = items.filter(({ split }) => split === 'train').map((item) => item.targets[0] ?? null)
  const labelled = targets.filter((target) => target !== null)
  const classes = heads[0]?.type === 'classification' ? heads[0].classes : []
  const classCounts = classes.map((_, index) => labelled.filter((target) => target === index).length)
  return { labelled: labelled.length, unlabelled: targets.length - labelled.length, classCounts }
}
