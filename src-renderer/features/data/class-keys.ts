/** The digit that assigns the n-th class: 1-9, then 0 for the tenth; later classes have none. */
export function digitOf(index: number): string | null {
  if (index < 9) return String(index + 1)
  return index === 9 ? '0' : null
}

/** Letters that the labelling screen uses itself. */
export const RESERVED_LETTERS: readonly string[] = ['r', 'z', 'f', 'd', 'g']

/** What is wrong with a letter for a class, or null. `letters` maps classes to letters. */
export function letterProblem(letter: string, className: string, letters: Readonly<Record<string, string>>): string | null {
  if (!/^[a-z]$/.test(letter)) return 'Choose one letter from a to z.'
  if (RESERVED_LETTERS.includes(letter)) return `${letter.toUpperCase()} already has a use on this screen.`
  const other = Object.entries(letters).find(([name, own]) => own === letter && name !== className)
  return other === undefined ? null : `${letter.toUpperCase()} already assigns “${other[0]}”.`
}
