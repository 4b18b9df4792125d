/** What may stand between the tags of a cell, the likeliest first. */
export const TAG_SEPARATORS = [';', '|', ','] as const
export type TagSeparator = (typeof TAG_SEPARATORS)[number]

/** The first separator that none of the names contains; null: each is taken. */
export function separatorFor(names: readonly string[]): TagSeparator | null {
  return TAG_SEPARATORS.find((separator) => names.every((name) => !name.includes(separator))) ?? null
}

/** Tags in one cell. No tag at all is the separator alone: an empty cell means that nothing is said. */
export function joinTags(tags: readonly string[], separator: string): string {
  return tags.length === 0 ? separator : tags.join(separator)
}

/** The tags of a cell, each once, in NFC and without space around them; null: an empty cell, which says nothing. */
export function splitTags(cell: string, separator: string): string[] | null {
  if (cell.trim() === '') return null
  const names = cell.split(separator).map((name) => name.trim().normalize())
  return [...new Set(names.filter((name) => name !== ''))]
}
