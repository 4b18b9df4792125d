/** For each wanted class its place among those that a model knows: by its name, else by the only one of the same words (`egyptian_cat`
 *  and `Egyptian cat`). Null: one of them is not there, or two wanted ones are the same. */
export function classPlaces(known: readonly string[], wanted: readonly string[]): number[] | null {
  const places = placesOf(known, wanted)
  return places.includes(NOWHERE) || new Set(places).size < places.length ? null : places
}

/** Of the wanted classes those that a model does not know, and of its own those that nobody wants. */
export function classDifference(known: readonly string[], wanted: readonly string[]) {
  const places = placesOf(known, wanted)
  const found = new Set(places)
  return {
    missing: wanted.filter((_, i) => places[i] === NOWHERE),
    extra: known.filter((_, place) => !found.has(place)),
  }
}

const NOWHERE = -1

function placesOf(known: readonly string[], wanted: readonly string[]): number[] {
  const [byName, byWords] = [uniquePlaces(known), uniquePlaces(known.map(wordsOf))]
  return wanted.map((name) => byName.get(name) ?? byWords.get(wordsOf(name)) ?? NOWHERE)
}

/** Nowhere for a name that is there twice. */
function uniquePlaces(names: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  names.forEach((name, place) => places.set(name, places.has(name) ? NOWHERE : place))
  return places
}

const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
