import { smallestHashes } from '../../base/smallest-hashes.ts'
import type { Manifest, ManifestItem } from '../../contract/trainer.ts'

/** Training items that heads are fitted to, calibration's among them; and validation items that features are compared on. */
const TRAIN = 2000
const VALIDATION = 1000

/** The items that a measurement of precisions looks at: nothing else is decoded. Those with the smallest hashes, as calibration takes them, so that it finds
 *  among them the very ones that a run would take. Items keep their order. */
export function comparedItems(manifest: Manifest): Manifest {
  const kept = new Set([...chosen(manifest, 'train', TRAIN), ...chosen(manifest, 'validation', VALIDATION)])
  return { ...manifest, items: manifest.items.filter((item) => kept.has(item)) }
}

function chosen({ items }: Manifest, split: ManifestItem['split'], count: number): ManifestItem[] {
  // What no head can learn from or be measured by is not in a run's splits either.
  const labelled = items.filter((item) => item.split === split && item.targets.some((target) => target !== null))
  return smallestHashes(labelled.map(({ contentHash }) => contentHash), count).map((place) => labelled[place]!) // prettier-ignore
}
