/** The digit that assigns each class: 1-9 in order, then 0 for the tenth; later classes have none. Where the classes are
 *  digits themselves, each has its own. */
export function digitKeys(classes: readonly string[]): (string | null)[] {
  if (classes.length > 0 && classes.every((name) => /^[0-9]$/.test(name))) return [...classes]
  return classes.map((_, index) => (index < 9 ? String(index + 1) : index === 9 ? '0' : null))
}

/** Letters that the labelling screen uses itself. */
export const RESERVED_LETTERS: readonly string[] = ['r', 'z', 'f', 'd', 'g', 'a', 'n', 'o', 's']

/** What is wrong with a letter for a class, or null. `letters` maps classes to letters. */
export function letterProblem(
  letter: string,
  className: string,
  letters: Readonly<Record<string, string>>,
): string | null {
  if (!/^[a-z]$/.test(letter)) return 'Choose one letter from a to z.'
  if (RESERVED_LETTERS.includes(letter)) return `${letter.toUpperCase()} already has a use on this screen.`
  const other = Object.entries(letters).find(([name, own]) => own === letter && name !== className)
  return other === undefined ? null : `${letter.toUpperCase()} already assigns “${other[0]}”.`
}
