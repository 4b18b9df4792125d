/** Shorter names are short enough. */
const SHORT = 14
const END = 7

/** The part of a name that may be shortened, and its end, which stays; no character is cut in two. */
export function splitForMiddle(text: string): [string, string] {
  const characters = [...text]
  if (characters.length <= SHORT) return [text, '']
  return [characters.slice(0, -END).join(''), characters.slice(-END).join('')]
}
