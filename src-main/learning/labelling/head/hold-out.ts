import { seededRandom, shuffle } from '../../../base/seeded-random.ts'

/** One label in five of each class, rounded down. */
const SHARE = 5
/** With fewer held-out labels neither an accuracy nor a temperature says anything. */
const FEWEST = 20

/** Places (into `targets`) of labels that are held out, drawn class by class in an order that the seed gives to rows: as labels come, the
 *  same rows stay held out but for few. Empty: too few labels. */
export function holdOut(
  rows: ArrayLike<number>,
  targets: Int32Array,
  { items, outputs, seed }: { items: number; outputs: number; seed: number },
): Set<number> {
  const turn = shuffle(new Int32Array(items).map((_, i) => i), seededRandom(seed, 'held-out labels')) // prettier-ignore
  const byClass = Array.from({ length: outputs }, (): number[] => [])
  targets.forEach((target, place) => byClass[target]!.push(place))
  const held = byClass.flatMap((places) => {
    const drawn = places.sort((a, b) => turn[rows[a]!]! - turn[rows[b]!]!)
    return drawn.slice(0, Math.floor(places.length / SHARE))
  })
  return new Set(held.length < FEWEST ? [] : held)
}
