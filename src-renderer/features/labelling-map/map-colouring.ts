/** What the colour of a point says. */
export type ColourBy = 'label' | 'suggestion' | 'split' | 'prediction' | 'right'

export interface MapGroup {
  /** Stays the same while names and numbers change. */
  readonly key: string
  readonly name: string
  /** Index of the palette; null: quiet grey, for what is not known or not told apart. */
  readonly colour: number | null
  readonly count: number
}

export interface MapColouring {
  readonly groups: readonly MapGroup[]
  /** Group of each point. */
  readonly codes: Uint8Array
  /** What the colours leave out, in a sentence; null: nothing. */
  readonly note: string | null
}

export const MOST_COLOURS = 12

/** Values of all points, by index of a name; -1: none. */
export interface PointValues {
  readonly names: readonly string[]
  readonly values: Int16Array | Int32Array
}

/** Groups of names: the twelve that most points have get a colour each, in the order of the names, so that a class keeps its colour while it is
 *  labelled; all others are one grey group, and those without a value another. */
export function colourByName({ names, values }: PointValues, none: string): MapColouring {
  const counts = new Int32Array(names.length)
  for (const value of values) if (value >= 0) counts[value]!++
  const own = shownNames(names, counts)
  const groups: { key: string; name: string; colour: number | null; count: number }[] = own.map((at, colour) => ({
    key: `name ${names[at]!}`,
    name: names[at]!,
    colour,
    count: counts[at]!,
  }))
  const rest = names.length - own.length
  const groupOf = new Uint8Array(names.length).fill(groups.length)
  own.forEach((at, group) => (groupOf[at] = group))
  if (rest > 0) groups.push({ key: 'others', name: `${rest} other classes`, colour: null, count: 0 })
  const noneAt = groups.length
  const codes = Uint8Array.from(values, (value) => (value >= 0 ? groupOf[value]! : noneAt))
  const lacking = codes.reduce((sum, code) => sum + Number(code === noneAt), 0)
  if (rest > 0) groups[own.length]!.count = values.length - lacking - groups.reduce((sum, one) => sum + one.count, 0)
  if (lacking > 0) groups.push({ key: 'none', name: none, colour: null, count: lacking })
  const note =
    rest > 0 ? `The ${own.length} largest of ${names.length} classes have a colour; the others are grey.` : null
  return { groups, codes, note }
}

/** Indices of the names with a colour, in order. All, where they are few enough; those without a point among them, so that a class that
 *  gets its first label moves no colour. */
function shownNames(names: readonly string[], counts: Int32Array): number[] {
  const all = names.map((_, at) => at)
  if (names.length <= MOST_COLOURS) return all
  const largest = all.toSorted((a, b) => counts[b]! - counts[a]! || a - b).slice(0, MOST_COLOURS)
  return largest.sort((a, b) => a - b)
}

/** Two groups whose colours and shapes do not wait for a legend: green and red, a triangle and a cross. */
export function rightAndWrong(values: PointValues, none: string): MapColouring {
  const coloured = colourByName(values, none)
  const groups = coloured.groups.map((group) => ({
    ...group,
    colour: group.colour === 0 ? RIGHT : group.colour === 1 ? WRONG : null,
  }))
  return { ...coloured, groups }
}

const RIGHT = 2
const WRONG = 6
