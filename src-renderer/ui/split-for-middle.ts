/** Shorter names are short enough. */
const SHORT = 8
const LONGEST_END = 7

/** The part of a name that may be shortened, and its end, which stays; no character is cut in two. */
export function splitForMiddle(text: string): [string, string] {
  const characters = [...text]
  if (characters.length <= SHORT) return [text, '']
  const end = Math.min(LONGEST_END, Math.floor(characters.length * 0.4))
  return [characters.slice(0, -end).join(''), characters.slice(-end).join('')]
}

/** A text of at most so many characters: its beginning and its end. */
export function shortenMiddle(text: string, most: number): string {
  const characters = [...text]
  if (characters.length <= most) return text
  const end = Math.floor((most - 1) / 2)
  return `${characters.slice(0, most - 1 - end).join('')}…${characters.slice(-end).join('')}`
}
