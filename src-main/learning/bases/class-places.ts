/** For each wanted class its place among those that a model knows: by its name, else by the only one of the same words (`egyptian_cat`
 *  and `Egyptian cat`). Null: one of them is not there, or two wanted ones are the same. */
export function classPlaces(known: readonly string[], wanted: readonly string[]): number[] | null {
  const places = wanted.map((name) => placeOf(known, name))
  return places.includes(-1) || new Set(places).size < places.length ? null : places
}

/** Of the wanted classes those that a model does not know, and of its own those that nobody wants. */
export function classDifference(known: readonly string[], wanted: readonly string[]) {
  const places = new Set(wanted.map((name) => placeOf(known, name)))
  return {
    missing: wanted.filter((name) => placeOf(known, name) === -1),
    extra: known.filter((_, place) => !places.has(place)),
  }
}

function placeOf(known: readonly string[], name: string): number {
  const exact = known.indexOf(name)
  if (exact >= 0) return known.lastIndexOf(name) === exact ? exact : -1
  const alike = [...known.keys()].filter((place) => wordsOf(known[place]!) === wordsOf(name))
  return alike.length === 1 ? alike[0]! : -1
}

const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
